"""What those who lead do with threads and posts, and what everybody else gets for trying."""

import re

import pytest
from django.db import connection
from django.forms import BaseForm, CharField
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from apps.core.models import AuditEntry
from apps.discussions import actions, forms
from apps.discussions.models import Post, PostReport, Thread
from apps.discussions.views.keeping import TYPED
from apps.members.permissions import Role
from tests.make import NOW, make_member, make_membership, make_organisation, make_post, make_thread

ACTS = {
    "pin": {"to": "on"},
    "lock": {"to": "on", "reason": "Settled."},
    "hide": {"to": "on", "reason": "Off the point."},
    "move": {"group": "", "visibility": "members", "move": "1"},
    "title": {"title": "Better"},
    "summary": {"summary": "So far."},
    "outcome": {"outcome": "Agreed.", "outcome_number": "1"},
    "posts/1/moderate": {"reason": "Rude.", "act": "hide"},
}


@pytest.fixture(autouse=True)
def _today(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture(params=list(Thread.Mode))
def written(request, group, member):
    """A thread of either mode with one post."""
    thread = make_thread(group=group, mode=request.param)
    make_post(thread=thread, writer=member, text="zq7-body")
    return thread


WORDS_FOR = {
    "title": {"title": "Lower zq7-typed."},
    "summary": {"summary": "Lower zq7-typed."},
    "outcome": {"outcome": "Lower zq7-typed.", "outcome_number": "1"},
    "lock": {"to": "on", "reason": "Lower zq7-typed."},
    "hide": {"to": "on", "reason": "Lower zq7-typed."},
    "posts/1/moderate": {"act": "hide", "reason": "Lower zq7-typed."},
    "posts/1/report": {"reason": "Lower zq7-typed."},
}


@pytest.mark.parametrize("act", WORDS_FOR)
def test_words_for_a_thread_that_was_moved_away_come_back_as_for_one_that_never_was(client, written, other_member, act):
    client.force_login(other_member)

    moved = client.post(f"/discussions/{written.pk}/{act}/", WORDS_FOR[act])
    never = client.post(f"/discussions/100000000000/{act}/", WORDS_FOR[act])

    assert "zq7-typed" in moved.text
    assert written.title not in moved.text
    assert (moved.status_code, _bare(moved, written)) == (404, _bare(never, written))


def _bare(response, thread):
    """A page without what changes each time, and without the address that was asked for."""
    return re.sub(r'value="[^"]{40,}"', "", response.text).replace(str(thread.pk), "100000000000")


@pytest.mark.parametrize("act", [act for act in WORDS_FOR if not act.endswith("report")])
def test_words_of_who_does_not_lead_any_more_come_back_and_the_refusal_is_on_record(client, written, member, act):
    client.force_login(member)

    response = client.post(f"/discussions/{written.pk}/{act}/", WORDS_FOR[act])

    assert response.status_code == 403
    assert "zq7-typed" in response.text
    assert written.title not in response.text
    assert "zq7-typed" not in str(rows())
    view = resolve(f"/discussions/{written.pk}/{act}/").view_name
    refused = AuditEntry.objects.exclude(event="login").values_list("event", "actor", "detail")
    assert list(refused) == [("refused", member.pk, view)]


def test_every_field_that_is_typed_into_can_be_given_back():
    every = [form for form in vars(forms).values() if isinstance(form, type) and issubclass(form, BaseForm)]
    fields = [(name, field) for form in every for name, field in form.base_fields.items()]
    typed = {name for name, field in fields if type(field) is CharField and not field.widget.is_hidden}

    assert typed == set(TYPED)


def rows():
    return [list(model.objects.order_by("pk").values()) for model in (Thread, Post, PostReport, AuditEntry)]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 403), ("observer", 403), ("other_member", 404), ("suspended", 302), ("stranger", 302)],
)
def test_who_does_not_lead_changes_nothing(client, request, written, act, who, status):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)
    before = rows()[:3]

    answers = {
        getattr(client, verb)(f"/discussions/{written.pk}/{act}/", ACTS[act]).status_code for verb in ("get", "post")
    }

    assert answers <= {status, 405}
    assert rows()[:3] == before


@pytest.mark.parametrize("who", ["coordinator", "chair"])
def test_those_who_lead_pin_lock_rename_sum_up_and_settle(client, request, written, who):
    leader = request.getfixturevalue(who)
    client.force_login(leader)
    url = f"/discussions/{written.pk}/"

    for act in ("pin", "lock", "title", "summary", "outcome"):
        assert client.post(f"{url}{act}/", ACTS[act]).url == url

    thread = Thread.objects.get()
    assert (thread.is_pinned, thread.is_locked, thread.lock_reason, thread.title) == (True, True, "Settled.", "Better")
    assert (thread.summary, thread.summary_number, thread.outcome, thread.outcome_number) == (
        "So far.",
        1,
        "Agreed.",
        1,
    )
    assert thread.summary_by == (leader if thread.is_named else None)
    page = client.get(url).text
    assert all(words in page for words in ("Settled.", "Better", "So far.", "Agreed."))
    client.post(f"{url}lock/", {"to": "off"})
    client.post(f"{url}pin/", {"to": "off"})
    thread.refresh_from_db()
    assert (thread.is_pinned, thread.is_locked, thread.lock_reason) == (False, False, "")
    entries = AuditEntry.objects.filter(event="visibility", actor=leader, about_id=thread.pk).order_by("pk")
    acts = ["pinned", "locked", "renamed", "not locked", "not pinned"]
    assert list(entries.values_list("detail", flat=True)) == acts


@pytest.mark.parametrize(("act", "field"), [("pin", "is_pinned"), ("lock", "is_locked"), ("hide", "is_hidden")])
def test_second_press_or_a_page_drawn_before_turns_nothing_back(client, thread, chair, act, field):
    client.force_login(chair)
    url = f"/discussions/{thread.pk}/{act}/"
    on, off = ACTS[act], {"to": "off"}

    for sent, stands in ((on, True), (on, True), (off, False), (off, False)):
        assert client.post(url, sent).url == f"/discussions/{thread.pk}/"
        assert getattr(Thread.objects.get(), field) is stands

    assert AuditEntry.objects.filter(event="visibility").count() == 2


@pytest.mark.parametrize("act", ["pin", "lock", "hide"])
@pytest.mark.parametrize("to", [None, "", "x", "1"])
def test_press_that_does_not_say_where_to_turns_nothing(client, thread, chair, act, to):
    client.force_login(chair)
    before = rows()

    client.post(f"/discussions/{thread.pk}/{act}/", {"reason": "Settled."} | ({} if to is None else {"to": to}))

    assert rows() == before


WORDS = {
    "title": ({"title": "One"}, {"title": "Other"}),
    "summary": ({"summary": "One"}, {"summary": "Other"}),
    "outcome": ({"outcome": "One", "outcome_number": ""}, {"outcome": "Other", "outcome_number": ""}),
}


@pytest.mark.parametrize("act", WORDS)
def test_words_that_another_wrote_meanwhile_are_shown_before_they_are_replaced(client, thread, chair, coordinator, act):
    first, second = WORDS[act]
    url = f"/discussions/{thread.pk}/{act}/"
    client.force_login(chair)
    seen = {"seen": client.get(url).context["form"].initial["seen"]}
    client.force_login(coordinator)
    client.post(url, first | seen)
    client.force_login(chair)

    page = client.post(url, second | seen)

    assert getattr(Thread.objects.get(), act) == "One"
    assert page.status_code == 200
    assert "Somebody else saved this meanwhile." in page.text
    assert (page.context["form"].others, page.context["form"][act].value()) == ("One", "Other")
    again = client.post(url, second | {"seen": page.context["form"]["seen"].value()})
    assert again.status_code == 302
    assert getattr(Thread.objects.get(), act) == "Other"


@pytest.mark.parametrize("act", WORDS)
def test_second_press_of_the_same_words_is_no_conflict(client, thread, chair, act):
    client.force_login(chair)
    url = f"/discussions/{thread.pk}/{act}/"
    sent = WORDS[act][0] | {"seen": client.get(url).context["form"].initial["seen"]}

    answers = [client.post(url, sent).status_code for _press in range(2)]

    assert answers == [302, 302]


def test_outcome_points_to_a_post_that_stands(client, thread, chair, member):
    make_post(thread=thread, writer=member, state="withdrawn", text="")
    client.force_login(chair)

    for number in ("1", "2", "0"):
        response = client.post(f"/discussions/{thread.pk}/outcome/", {"outcome": "Agreed.", "outcome_number": number})
        assert "There is no post of this number" in response.text

    assert Thread.objects.get().outcome == ""


def test_pages_say_how_many_are_affected(client, written, chair, member, observer, coordinator):
    client.force_login(chair)
    url = f"/discussions/{written.pk}/"

    lock, hide = (client.get(f"{url}{act}/").text for act in ("lock", "hide"))

    assert "3 people" in lock  # chair, member and staff write
    assert "2 people" in hide  # member and observer lose it
    make_post(thread=written, writer=member)
    number = written.posts.latest("number").number
    assert "2 people" in client.get(f"{url}posts/{number}/moderate/").text


def test_hidden_thread_is_gone_from_its_readers_at_once_and_comes_back(client, written, chair, member):
    url = f"/discussions/{written.pk}/"
    client.force_login(chair)
    client.post(f"{url}hide/", ACTS["hide"])
    assert "Off the point." in client.get(url).text

    client.force_login(member)
    assert client.get(url).status_code == 404
    assert written.title not in client.get("/discussions/").text

    client.force_login(chair)
    client.post(f"{url}hide/", {"to": "off"})
    client.force_login(member)
    assert client.get(url).status_code == 200
    assert list(AuditEntry.objects.filter(event="visibility").order_by("pk").values_list("detail", flat=True)) == [
        "hidden",
        "shown",
    ]


def test_moved_thread_follows_its_new_readers_at_once(client, written, other_group, coordinator, member, other_member):
    url = f"/discussions/{written.pk}/"
    client.force_login(coordinator)
    asked = client.post(f"{url}move/", {"group": other_group.pk, "visibility": "group"})
    assert dict(asked.context["affected"]) == {"lose": 1, "gain": 1, "read": 2}
    assert Thread.objects.get().group != other_group

    client.post(f"{url}move/", {"group": other_group.pk, "visibility": "group", "move": "1"})

    for person, status in ((member, 404), (other_member, 200)):
        client.force_login(person)
        assert client.get(url).status_code == status
        assert client.get(f"{url}posts/1/history/").status_code == status
        assert (written.title in client.get("/discussions/").text) == (status == 200)
    client.force_login(member)
    for path in ("posts/1/edit/", "posts/1/delete/", "read/", "draft/"):
        assert client.post(f"{url}{path}", {"number": 1}).status_code == 404
    assert AuditEntry.objects.get(event="visibility").actor == coordinator
    assert member.name not in client.get("/discussions/").text.partition("<main")[2]


def test_chair_moves_a_thread_only_between_groups_they_lead(client, written, other_group, chair, member):
    client.force_login(chair)
    there = {"group": other_group.pk, "visibility": "group", "move": "1"}

    assert client.post(f"/discussions/{written.pk}/move/", there).context["form"].errors["group"]
    make_membership(group=other_group, member=chair, role=Role.COORDINATOR)
    client.post(f"/discussions/{written.pk}/move/", there)

    assert Thread.objects.get().group == other_group


def test_where_a_thread_came_from_is_told_by_the_day_alone(client, thread, other_group, coordinator, other_member):
    make_post(thread=thread, writer=coordinator)
    client.force_login(coordinator)
    client.post(f"/discussions/{thread.pk}/move/", {"group": other_group.pk, "visibility": "group", "move": "1"})
    client.force_login(other_member)

    page = client.get(f"/discussions/{thread.pk}/").text

    assert "Moved here" in page
    assert "Working group" not in page.partition("<main")[2].partition("<footer")[0]


def test_move_widens_labels_that_fit_too_few_of_the_new_readers(client, quiet, group, other_group, coordinator, member):
    house = make_organisation(name="Registry House", stakeholder_group="standard")
    for _each in range(5):
        kin = make_member(group=group, organisation=make_organisation(stakeholder_group="standard"))
        make_membership(group=other_group, member=kin)
    for attribution, label in (("organisation", house.name), ("stakeholder_group", "standard")):
        make_post(thread=quiet, writer=member, attribution=attribution, label=label)
    client.force_login(coordinator)

    client.post(f"/discussions/{quiet.pk}/move/", {"group": other_group.pk, "visibility": "group", "move": "1"})

    assert list(Post.objects.order_by("number").values_list("attribution", "label")) == [
        ("none", ""),
        ("stakeholder_group", "standard"),
    ]


def test_hidden_post_shows_its_reason_to_readers_and_its_text_to_those_who_lead(client, written, chair, observer):
    url = f"/discussions/{written.pk}/"
    client.force_login(chair)
    client.post(f"{url}posts/1/moderate/", {"reason": "Names a person.", "act": "hide"})

    seen = {}
    for person in (chair, observer):
        client.force_login(person)
        page = client.get(url).text
        seen[person] = ("Names a person." in page, "zq7-body" in page, client.get(f"{url}?quote=1").text.count("zq7"))

    assert seen[observer] == (True, False, 0)
    assert seen[chair][:2] == (True, True)
    client.force_login(chair)
    client.post(f"{url}posts/1/moderate/", {"act": "show"})
    client.force_login(observer)
    assert "zq7-body" in client.get(url).text


def test_removed_post_leaves_its_number_and_the_reason(client, written, chair, member):
    client.force_login(chair)

    client.post(f"/discussions/{written.pk}/posts/1/moderate/", {"reason": "Names a person.", "act": "remove"})

    post = Post.objects.get()
    assert (post.state, post.text, post.reason, post.html) == ("removed", "", "Names a person.", "")
    assert "zq7-body" not in client.get(f"/discussions/{written.pk}/").text
    entry = AuditEntry.objects.get(event="visibility")
    assert (entry.actor, entry.about_id, entry.detail) == (chair, written.pk, "removed:1")


@pytest.mark.parametrize("act", ["hide", "remove"])
def test_moderating_needs_a_reason(client, written, chair, act):
    client.force_login(chair)

    response = client.post(f"/discussions/{written.pk}/posts/1/moderate/", {"reason": " ", "act": act})

    assert response.context["form"].errors["reason"]
    assert Post.objects.get().state == "shown"


def test_report_is_kept_once_and_names_its_reporter_only_where_names_are(client, written, observer):
    client.force_login(observer)
    url = f"/discussions/{written.pk}/posts/1/report/"

    assert client.post(url, {"reason": "Names a person."}).url.endswith("said=reported#p1")
    again = client.post(url, {"reason": "Once more."})

    report = PostReport.objects.get()
    assert "You have reported this post already." in again.text
    assert (report.reporter, report.reason, report.text) == (
        observer if written.is_named else None,
        "Names a person.",
        "zq7-body",
    )


def test_what_one_may_not_read_one_can_not_report(client, written, other_member):
    client.force_login(other_member)

    assert client.post(f"/discussions/{written.pk}/posts/1/report/", {"reason": "x"}).status_code == 404
    assert not PostReport.objects.exists()


ON_POSTS = {
    "hide": lambda chair, post: actions.hide_post(actor=chair, post=post, reason="Rude.", now=NOW),
    "show": lambda chair, post: actions.show_post(actor=chair, post=post),
    "remove": lambda chair, post: actions.remove_post(actor=chair, post=post, reason="Rude.", now=NOW),
}


@pytest.mark.parametrize("act", ON_POSTS)
def test_whatever_is_done_to_a_post_holds_its_thread_before_anything_else(thread, member, chair, act):
    post = make_post(thread=thread, writer=member)
    if act == "show":
        ON_POSTS["hide"](chair, post)

    with CaptureQueriesContext(connection) as queries:
        ON_POSTS[act](chair, post)

    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "INSERT", "DELETE"))]
    assert written[0].startswith('UPDATE "discussions_thread"')
    assert len(written) > 1
