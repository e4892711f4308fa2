"""A post's file: checked, handed out as the post is read, and gone with it."""

from contextlib import contextmanager

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core.refused import Refused
from apps.discussions.actions import open_thread
from apps.discussions.filing import laid_down
from apps.discussions.models import Attachment, Post, Thread
from apps.discussions.views import pace
from apps.events.models import Event
from tests.make import NOW, make_event, make_pdf


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


def opening(group, mode, **fields):
    return {"title": "T", "group": group.pk, "visibility": "group", "mode": mode, "text": "See the file.", **fields}


def test_first_post_of_a_thread_takes_a_file_too(client, group, member):
    client.force_login(member)

    url = client.post("/discussions/new/", opening(group, "named", file=pdf())).url.partition("?")[0]

    assert client.get(f"{url}posts/1/file/").getvalue().startswith(b"%PDF")
    assert len(stored()) == 1


@pytest.mark.parametrize("mode", ["named", "unattributed"])
def test_file_of_a_thread_that_is_not_opened_stays_nowhere(client, group, member, mode):
    client.force_login(member)
    content = b"MZ not a pdf" if mode == "named" else None

    response = client.post("/discussions/new/", opening(group, mode, file=pdf(content=content)))

    assert (response.status_code, Thread.objects.count(), stored()) == (200, 0, [])
    assert "See the file." in response.text
    assert ("takes no files" in response.text) == (mode == "unattributed")


def test_thread_about_an_event_under_the_chatham_house_rule_offers_no_file(client, group, member):
    event = make_event(group=group, is_chatham_house=True)
    client.force_login(member)

    assert 'type="file"' in client.get("/discussions/new/").text
    assert 'type="file"' not in client.get(f"/discussions/new/?event={event.slug}").text


def edited(client, url, revision, django_capture_on_commit_callbacks, **fields):
    """Save the post anew; give its file's name and how many lie in the folder."""
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{url}edit/", {"text": "See the file.", "revision": revision, **fields})
    assert answer.status_code == 302
    return list(Attachment.objects.values_list("name", flat=True)), len(stored())


def test_edit_brings_a_file_puts_another_in_its_place_and_takes_it_away(
    client, thread, member, observer, django_capture_on_commit_callbacks
):
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/", {"text": "See the file."})
    url, act = f"/discussions/{thread.pk}/posts/1/", django_capture_on_commit_callbacks
    assert "Take the file away" not in client.get(f"{url}edit/").text

    assert edited(client, url, 0, act, file=pdf("First.pdf")) == (["First.pdf"], 1)
    assert "First.pdf" in client.get(f"{url}edit/").text
    assert edited(client, url, 1, act, file=pdf("Second.pdf")) == (["Second.pdf"], 1)
    assert edited(client, url, 2, act, text="The same file.") == (["Second.pdf"], 1)
    assert edited(client, url, 3, act, drops_file="on") == ([], 0)

    post = Post.objects.get()
    assert list(post.revisions.order_by("revision").values_list("text", "file_name")) == [
        ("See the file.", ""),
        ("See the file.", "First.pdf"),
        ("See the file.", "Second.pdf"),
        ("The same file.", "Second.pdf"),
    ]
    client.force_login(observer)
    assert "Beside it stood the file First.pdf." in client.get(f"{url}history/").text
    assert client.get(f"{url}file/").status_code == 404


def test_second_press_with_the_same_file_changes_nothing(client, sent, django_capture_on_commit_callbacks):
    for revision in (0, 0):
        left = edited(client, sent, revision, django_capture_on_commit_callbacks, file=pdf("Second.pdf"))

    assert (left, Post.objects.get().revision) == ((["Second.pdf"], 1), 1)


def test_edit_that_comes_too_late_or_with_an_unfit_file_leaves_the_file_as_it_was(client, sent):
    client.post(f"{sent}edit/", {"text": "Meanwhile.", "revision": 0})

    late = client.post(f"{sent}edit/", {"text": "zq7-late", "revision": 0, "file": pdf("Second.pdf")})
    unfit = client.post(f"{sent}edit/", {"text": "zq7-late", "revision": 1, "file": pdf("Second.pdf", b"MZ no pdf")})

    assert ["zq7-late" in late.text, "zq7-late" in unfit.text] == [True, True]
    assert unfit.context["form"].errors["file"]
    assert (Attachment.objects.get().name, len(stored())) == ("Letter template.pdf", 1)
    assert Post.objects.get().text == "Meanwhile."


@pytest.mark.parametrize("other", [{"file": True}, {"drops_file": "on"}])
def test_edit_that_was_overtaken_knows_the_file_anew_and_what_was_chosen_of_it(client, sent, other):
    if "file" in other:
        other = {"file": pdf("Meanwhile.pdf")}
    client.post(f"{sent}edit/", {"text": "Meanwhile.", "revision": 0, **other})

    late = client.post(f"{sent}edit/", {"text": "zq7-late", "revision": 0, "drops_file": "on"})

    form = late.context["form"]
    if "file" in other:
        assert form["drops_file"].value() is True
        assert "Another file in place of Meanwhile.pdf" in late.text
    else:
        assert "drops_file" not in form.fields
        assert "Letter template.pdf" not in late.text


def test_whose_post_was_not_taken_is_told_to_choose_the_file_again(client, thread, sent, monkeypatch):
    client.post(f"{sent}edit/", {"text": "Meanwhile.", "revision": 0})
    kept = {"text": "zq7-late", "revision": 0}

    late = client.post(f"{sent}edit/", {**kept, "file": pdf("Second.pdf")})
    without = client.post(f"{sent}edit/", kept)
    empty = client.post(f"/discussions/{thread.pk}/", {"text": " ", "file": pdf("Second.pdf")})
    Thread.objects.update(is_locked=True)
    closed = client.post(f"{sent}edit/", {**kept, "file": pdf("Second.pdf")})
    monkeypatch.setitem(pace.RATES, "edit", "0/10m/user")
    fast = client.post(f"{sent}edit/", {**kept, "file": pdf("Second.pdf")})

    assert [answer.status_code for answer in (late, without, empty, closed, fast)] == [200, 200, 200, 200, 429]
    asked = ["choose it again" in answer.text for answer in (late, without, empty, closed, fast)]
    assert asked == [True, False, True, True, True]


def test_edit_without_a_name_takes_no_file(client, quiet, member):
    client.force_login(member)
    client.post(f"/discussions/{quiet.pk}/", {"text": "Mine."})

    assert 'type="file"' not in client.get(f"/discussions/{quiet.pk}/posts/1/edit/").text
    client.post(f"/discussions/{quiet.pk}/posts/1/edit/", {"text": "Still mine.", "revision": 0, "file": pdf()})

    assert (Attachment.objects.count(), stored(), Post.objects.get().text) == (0, [], "Still mine.")


def test_thread_by_name_is_refused_whose_event_came_under_the_rule_while_its_file_was_read(group, member, monkeypatch):
    event = make_event(group=group)

    @contextmanager
    def slowly(thread, upload):
        Event.objects.update(is_chatham_house=True)
        with laid_down(thread, upload) as attachment:
            yield attachment

    monkeypatch.setattr("apps.discussions.actions.posting.laid_down", slowly)
    thread = Thread(title="Letters", group=group, event=event)

    with pytest.raises(Refused, match="has no names"):
        open_thread(actor=member, thread=thread, text="Who changes a letter?", upload=pdf(), now=NOW)

    assert (Thread.objects.count(), Post.objects.count(), stored()) == (0, 0, [])
