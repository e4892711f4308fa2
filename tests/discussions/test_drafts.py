"""What is being written outlives its page: the first post of a thread, and a new text for a post. By name only."""

import pytest

from apps.discussions import actions
from apps.discussions.models import MAX_POST, DraftEdit, DraftPost, DraftThread, Post, Thread
from apps.events.models import Event
from tests.budget import queries_of
from tests.make import NOW, make_event, make_post, make_thread

NEW = "/discussions/new/"


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def post(thread, member):
    return make_post(thread=thread, writer=member, text="As it stands.")


def form_of(group, **fields):
    return {"title": "Baselines", "group": group.pk, "visibility": "group", "mode": "named", "text": "Half", **fields}


def begun(client, url=NEW):
    """What the form holds: the title where it has one, and the text."""
    form = client.get(url).context["form"]
    return tuple(form[name].value() or "" for name in ("title", "text") if name in form.fields)


def at(post, act="edit"):
    return f"/discussions/{post.thread_id}/posts/{post.number}/{act}/"


def test_thread_begun_comes_back_to_its_writer_alone_and_goes_when_it_is_opened(client, group, member, chair):
    client.force_login(member)

    said = client.post(f"{NEW}draft/", form_of(group, title=" Baselines ")).text

    assert "Your draft was saved at" in said
    assert begun(client) == ("Baselines", "Half")
    assert "This is your draft, saved 1 Mar 2027" in client.get(NEW).text
    client.force_login(chair)
    assert begun(client) == ("", "")
    client.force_login(member)
    client.post(NEW, form_of(group, text="Whole"))
    assert (Post.objects.count(), DraftThread.objects.count()) == (1, 0)


def test_thread_that_is_refused_keeps_its_draft(client, group, member):
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))

    client.post(NEW, form_of(group, title=""))

    assert begun(client) == ("Baselines", "Half")


@pytest.mark.parametrize("fields", [{"mode": "unattributed"}, {"mode": ""}, {"title": " ", "text": "\n "}])
def test_nothing_is_kept_of_a_thread_without_names_or_words_and_what_was_is_forgotten(client, group, member, fields):
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))

    said = client.post(f"{NEW}draft/", form_of(group, **fields)).text

    assert not DraftThread.objects.exists()
    assert "saved" not in said


def test_thread_opened_without_names_forgets_what_was_begun_by_name(client, group, member):
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))

    client.post(NEW, form_of(group, mode="unattributed"))

    assert (Post.objects.count(), DraftThread.objects.count()) == (1, 0)


def test_thread_that_can_have_no_names_neither_takes_nor_ends_what_was_begun_by_name(client, group, member):
    event = make_event(group=group, is_chatham_house=True)
    url = f"{NEW}?event={event.slug}"
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))

    assert begun(client, url) == ("", "")
    assert "/draft/" not in client.get(url).text
    client.post(url, form_of(group, title="Letters", text="Quiet."))
    assert [draft.text for draft in DraftThread.objects.all()] == ["Half"]


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "Half\r\na letter"},
        {"title": "Letters", "text": "Half\r\na letter"},
        {"text": "Written anew."},
        {"title": "Letters", "text": "Half\na letter, and what was typed since it was saved."},
    ],
)
def test_thread_begun_by_name_is_forgotten_when_its_event_has_lost_its_names_meanwhile(client, group, member, fields):
    event = make_event(group=group)
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group, text="Half\r\na letter"))
    Event.objects.update(is_chatham_house=True)

    client.post(f"{NEW}?event={event.slug}", form_of(group, **fields))

    assert list(Thread.objects.values_list("mode", flat=True)) == ["unattributed"]
    assert not DraftThread.objects.exists()


@pytest.mark.parametrize("fields", [{"text": "x" * (MAX_POST + 1)}, {"title": "x" * 201}])
def test_thread_too_long_to_be_opened_leaves_the_draft_before(client, group, member, fields):
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))

    assert "saved" not in client.post(f"{NEW}draft/", form_of(group, **fields)).text
    assert begun(client) == ("Baselines", "Half")


@pytest.mark.parametrize(("who", "status"), [("observer", 403), ("suspended", 302), ("stranger", 302)])
def test_who_opens_no_threads_keeps_no_draft_of_one(client, request, group, who, status):
    if person := request.getfixturevalue(who):
        client.force_login(person)

    assert client.post(f"{NEW}draft/", form_of(group)).status_code == status
    assert not DraftThread.objects.exists()


def test_edit_begun_comes_back_and_goes_when_it_is_saved(client, post, member):
    client.force_login(member)

    said = client.post(at(post, "draft"), {"text": "Half", "revision": 0}).text
    page = client.get(at(post))

    assert "Your draft was saved at" in said
    assert (page.context["form"]["text"].value(), "This is your draft, saved" in page.text) == ("Half", True)
    assert begun(client, f"{at(post)}?anew=1") == ("As it stands.",)
    client.post(at(post), {"text": "Whole", "revision": 0})
    assert (begun(client, at(post)), DraftEdit.objects.count()) == (("Whole",), 0)


def test_edit_that_says_what_stands_there_is_no_draft(client, thread, member, chair):
    post = actions.write_post(actor=member, thread=thread, text=f"@{chair.name}, one\ntwo", now=NOW)
    client.force_login(member)
    client.post(at(post, "draft"), {"text": "Half", "revision": 0})

    said = client.post(at(post, "draft"), {"text": f"@{chair.name}, one\r\ntwo", "revision": 0}).text

    assert (DraftEdit.objects.count(), "saved" in said) == (0, False)


def test_edit_begun_before_the_post_was_changed_shows_both_and_loses_none(client, post, member):
    client.force_login(member)
    client.post(at(post, "draft"), {"text": "Mine", "revision": 0})
    Post.objects.filter(pk=post.pk).update(text="Changed since.", revision=1)

    form = client.get(at(post)).context["form"]
    answer = client.post(at(post), {"text": form["text"].value(), "revision": form["revision"].value()})

    assert "Changed since." in answer.text
    assert answer.context["form"]["text"].value() == "Mine"
    assert [draft.text for draft in DraftEdit.objects.all()] == ["Mine"]


def test_edit_begun_goes_with_the_post(post, member, chair, thread):
    other = make_post(thread=thread, writer=member)
    for each in (post, other):
        assert actions.save_edit_draft(actor=member, post=each, text="zq7", revision=0)

    actions.delete_post(actor=member, post=post, now=NOW)
    actions.remove_post(actor=chair, post=other, reason="Rude.", now=NOW)

    assert not DraftEdit.objects.exists()


def test_edit_in_a_thread_without_names_is_kept_nowhere(client, quiet, member):
    post = make_post(thread=quiet, writer=member)
    lifted = make_post(thread=quiet, writer=member)
    actions.lift_post(actor=member, post=lifted)
    client.force_login(member)

    for each in (post, lifted):
        assert "saved" not in client.post(at(each, "draft"), {"text": "Half", "revision": 0}).text
        assert "/draft/" not in client.get(at(each)).text
    assert not DraftEdit.objects.exists()


def test_nobody_drafts_an_edit_of_the_post_of_another(client, post, chair, other_member):
    for person, status in ((chair, 403), (other_member, 404)):
        client.force_login(person)
        assert client.post(at(post, "draft"), {"text": "Half", "revision": 0}).status_code == status
    assert not DraftEdit.objects.exists()


@pytest.mark.parametrize("revision", ["", "x", "9" * 30, "-1"])
def test_odd_revision_of_a_draft_is_the_present_one(client, post, member, revision):
    client.force_login(member)

    client.post(at(post, "draft"), {"text": "Half", "revision": revision})

    assert [draft.revision for draft in DraftEdit.objects.all()] == [0]


def test_pages_with_a_draft_keep_within_ten_queries(client, group, post, member):
    client.force_login(member)
    client.post(f"{NEW}draft/", form_of(group))
    client.post(at(post, "draft"), {"text": "Half", "revision": 0})

    assert max(queries_of(client, member, url) for url in (NEW, at(post))) <= 10


def test_post_without_a_name_leaves_no_draft_by_name_that_says_the_same(client, thread, quiet, post, member):
    """Beside the post it would name its writer: to who has the database, and to who restores a backup."""
    other = make_post(thread=thread, writer=member, text="Another.")
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/draft/", {"text": "What was begun\nby name"})
    client.post(at(post, "draft"), {"text": "What was begun", "revision": "0"})
    client.post(at(other, "draft"), {"text": "Something else", "revision": "0"})

    client.post(f"/discussions/{quiet.pk}/", {"text": "What was begun by name, and goes on.", "shown_as": "none"})

    assert quiet.posts.count() == 1
    assert not DraftPost.objects.exists()
    assert [draft.text for draft in DraftEdit.objects.all()] == ["Something else"]


def test_edit_without_a_name_leaves_no_draft_by_name_that_says_the_same(client, thread, quiet, member):
    mine = make_post(thread=quiet, writer=member, text="Before.")
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/draft/", {"text": "Said otherwise"})

    client.post(at(mine), {"text": "Said otherwise, now.", "revision": "0"})

    mine.refresh_from_db()
    assert mine.text == "Said otherwise, now."
    assert not DraftPost.objects.exists()


def test_long_draft_that_begins_like_a_short_post_without_a_name_stays(client, thread, quiet, member):
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/draft/", {"text": f"Thank you, chair. {'And so on. ' * 50}"})

    client.post(f"/discussions/{quiet.pk}/", {"text": "Thank you, chair.", "shown_as": "none"})

    assert (quiet.posts.count(), DraftPost.objects.count()) == (1, 1)


def test_thread_that_has_lost_its_names_takes_no_draft_and_lets_one_go(client, group, member):
    event = make_event(group=group)
    thread = make_thread(group=group, event=event)
    client.force_login(member)
    client.post(f"/discussions/{thread.pk}/draft/", {"text": "By name"})
    Event.objects.update(is_chatham_house=True)

    said = client.post(f"/discussions/{thread.pk}/draft/", {"text": "By name, and more"}).text
    kept = [draft.text for draft in DraftPost.objects.all()]
    client.post(f"/discussions/{thread.pk}/draft/", {"text": ""})

    assert (kept, "saved" in said) == (["By name"], False)
    assert not DraftPost.objects.exists()
