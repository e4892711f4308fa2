"""A post's file: checked, handed out as the post is read, and gone with it."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.discussions.models import Attachment, Post, Thread
from tests.make import make_pdf


def pdf(name="Letter template.pdf", content=None):
    return SimpleUploadedFile(name, content or make_pdf(Title="zq7"), content_type="application/pdf")


def stored():
    return default_storage.listdir("discussions")[1] if default_storage.exists("discussions") else []


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sent(client, thread, member):
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/", {"text": "See the file.", "file": pdf()})
    return f"/discussions/{thread.pk}/posts/1/"


@pytest.mark.parametrize(
    ("who", "status"),
    [("chair", 200), ("observer", 200), ("coordinator", 200), ("other_member", 404), ("stranger", 302)],
)
def test_file_is_handed_out_to_whom_the_post_is_shown(client, request, sent, who, status):
    client.logout()
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    response = client.get(f"{sent}file/")

    assert response.status_code == status
    if status == 200:
        assert b"".join(response.streaming_content).startswith(b"%PDF")
        assert response.headers["Content-Disposition"] == 'attachment; filename="Letter template.pdf"'
        assert response.headers["Content-Security-Policy"].startswith("sandbox")
        assert response.headers["Cache-Control"] == "no-store, private"


def test_file_follows_a_thread_that_is_hidden_or_moved_at_once(client, sent, member, other_group, other_member):
    client.force_login(member)
    assert client.get(f"{sent}file/").getvalue()

    Thread.objects.update(group=other_group)
    assert client.get(f"{sent}file/").status_code == 404
    client.force_login(other_member)
    assert client.get(f"{sent}file/").getvalue()
    Thread.objects.update(is_hidden=True, hidden_reason="Off the point.")
    assert client.get(f"{sent}file/").status_code == 404


def test_file_goes_with_the_post(client, sent, member, django_capture_on_commit_callbacks):
    assert len(stored()) == 1
    client.force_login(member)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{sent}delete/")

    assert (stored(), Attachment.objects.count()) == ([], 0)
    assert client.get(f"{sent}file/").status_code == 404


@pytest.mark.parametrize("content", [b"MZ not a pdf", b"%PDF-1.7 broken", b""])
def test_what_is_no_fit_file_is_refused_and_the_text_stays(client, thread, member, content):
    client.force_login(member)
    file = SimpleUploadedFile("x.pdf", content)

    response = client.post(f"/discussions/{thread.pk}/", {"text": "zq7-text", "file": file})

    assert response.context["form"].errors["file"]
    assert "zq7-text" in response.text
    assert (Post.objects.count(), stored()) == (0, [])


def test_refused_post_and_second_press_leave_no_file(client, thread, member):
    client.force_login(member)
    Thread.objects.update(is_locked=True)
    client.post(f"/discussions/{thread.pk}/", {"text": "Late.", "file": pdf()})
    assert stored() == []

    Thread.objects.update(is_locked=False)
    for _each in range(2):
        client.post(f"/discussions/{thread.pk}/", {"text": "Twice.", "file": pdf()})

    assert (Post.objects.count(), len(stored()), Attachment.objects.count()) == (1, 1, 1)


def test_unattributed_thread_takes_no_file(client, quiet, member):
    client.force_login(member)

    assert 'type="file"' not in client.get(f"/discussions/{quiet.pk}/").text
    client.post(f"/discussions/{quiet.pk}/", {"text": "With a file.", "file": pdf()})

    assert (Attachment.objects.count(), stored()) == (0, [])
