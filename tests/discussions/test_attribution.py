"""An unattributed thread gives nobody away: not on a page, not in the tables, not in the log, not to the staff.

``CANARY`` is the name of the writer. They open a thread, write, sign with a label, edit, delete, quote, ask for a
preview, leave a draft, and read; then everything is looked through.
"""

import json
import logging
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import serializers

from apps.core.logs import LineFormatter
from apps.discussions.mentions import resolved
from apps.discussions.models import Post, PostRevision, ReadMark, Thread
from tests.make import NOW, make_group, make_member, make_membership, make_organisation, make_thread, make_topic

CANARY = "Zaqueu Canary"
PK = 7_700_077  # No other row has this number.
OTHERS = ["coordinator", "chair", "member", "observer"]


@pytest.fixture
def writer(group):
    """Somebody with an organisation that five share, signed in at a time nobody else was."""
    house = make_organisation(name="Registry House", stakeholder_group="standard")
    for _each in range(4):
        make_member(group=group, organisation=house)
    return make_member("zaqueu@canary.example", pk=PK, name=CANARY, group=group, organisation=house)


@pytest.fixture
def written(client, writer, group, time_machine, caplog):
    """The thread, with all that the writer did in it."""
    caplog.set_level(logging.INFO)
    time_machine.move_to(NOW.replace(hour=14, minute=37, second=23), tick=False)
    client.force_login(writer)
    before = dump()
    form = {"title": "Quiet", "group": group.pk, "visibility": "group", "mode": "unattributed", "text": "First."}
    client.post("/discussions/new/draft/", form | {"mode": "named", "text": "First, by"})
    client.post("/discussions/new/draft/", form)
    client.get(client.post("/discussions/new/", form).url)
    thread = Thread.objects.get()
    url = f"/discussions/{thread.pk}/"
    for shown_as in ("none", "organisation", "stakeholder_group", "none"):
        answer = client.post(url, {"text": f"As {shown_as}.", "shown_as": shown_as})
        client.get(answer.url)
    client.post(url, {"text": "Only looked at", "preview": "1"})
    client.post(f"{url}draft/", {"text": "Half a thought"})
    client.post(f"{url}posts/2/draft/", {"text": "As half of nobody.", "revision": 0})
    client.get(client.post(f"{url}posts/2/edit/", {"text": "As nobody.", "revision": 0}).url)
    client.get(client.post(f"{url}posts/5/delete/").url)
    client.get(f"{url}?quote=2")
    thread.before = before
    client.cookies.clear()
    return thread


def dump():
    """Every row of every table, as text by table and key."""
    return {
        (model._meta.label_lower, str(row.pk)): serializers.serialize("json", [row])
        for model in apps.get_models()
        for row in model._default_manager.all()
    }


def changed_since(before):
    """The rows that are new or different, but for the account's own: that it is there is no secret."""
    own = {"members.member", "account.emailaddress", "sessions.session", "usersessions.usersession"}
    return {key: text for key, text in dump().items() if before.get(key) != text and key[0] not in own}


def test_no_row_leads_from_a_post_to_its_writer(written, writer):
    rows = changed_since(written.before)

    assert {label for label, _pk in rows} >= {"discussions.thread", "discussions.post", "discussions.postrevision"}
    for key, text in rows.items():
        assert CANARY not in text, key
        assert "canary" not in text.lower(), key
        assert str(PK) not in text, key


def test_rows_hold_nobody_and_no_instant(written):
    thread = Thread.objects.get()
    posts = list(Post.objects.order_by("number"))

    assert (thread.opener, thread.opened_at, thread.last_posted_at.hour, thread.last_posted_at.minute) == (
        None,
        None,
        0,
        0,
    )
    assert [(post.author, post.posted_at, post.edited_at) for post in posts] == [(None, None, None)] * 5
    assert [revision.replaced_at for revision in PostRevision.objects.all()] == [None]
    assert "14:37" not in json.dumps(list(dump_of("discussions")))
    assert not ReadMark.objects.exists()
    assert len({post.owner_mark for post in posts}) == 5


def dump_of(app):
    return (text for (label, _pk), text in dump().items() if label.startswith(app))


def test_audit_trail_and_admin_log_say_nothing(written):
    rows = changed_since(written.before)

    assert [key for key in rows if key[0] in ("core.auditentry", "admin.logentry", "notifications.outgoingmail")] == []


def test_sessions_hold_no_trace_of_writing(client, writer, quiet):
    client.force_login(writer)
    client.get(f"/discussions/{quiet.pk}/")
    before = dict(client.session.items())

    client.post(f"/discussions/{quiet.pk}/", {"text": "zq7"}, follow=True)
    client.post(f"/discussions/{quiet.pk}/posts/1/edit/", {"text": "zq8", "revision": 0}, follow=True)
    client.post(f"/discussions/{quiet.pk}/posts/1/delete/", follow=True)

    assert dict(client.session.items()) == before


def test_log_of_these_threads_carries_no_member(written, writer, caplog):
    lines = [json.loads(LineFormatter().format(record)) for record in caplog.get_records("setup")]

    there = [line for line in lines if "/discussions/" in line["message"]]
    assert len(there) > 10
    assert {line.get("member", 0) for line in there} == {0}
    assert CANARY not in json.dumps(lines)


@pytest.mark.parametrize("who", OTHERS)
def test_no_page_names_the_writer_to_anybody(client, request, written, who):
    client.force_login(request.getfixturevalue(who))
    url = f"/discussions/{written.pk}/"
    looked = [
        "/discussions/",
        "/discussions/?show=mine",
        url,
        f"{url}posts/2/history/",
        "/groups/working-group/",
        "/dashboard/",
    ]

    pages = {path: client.get(path).text for path in looked}

    assert "As nobody." in pages[url]
    assert [path for path, page in pages.items() if CANARY in page and path != "/groups/working-group/"] == []
    assert not re.search(r"\d\d:\d\d", re.sub(r"(?s)<(head|script).*?</\1>", "", pages[url]))


def test_page_of_the_writer_differs_from_others_by_what_they_may_do_alone(client, written, writer, member):
    pages = {}
    for person in (writer, member):
        client.force_login(person)
        pages[person] = client.get(f"/discussions/{written.pk}/").text

    assert "Edit<span" in pages[writer]
    assert "Edit<span" not in pages[member]
    client.force_login(writer)
    assert "Quiet" not in client.get("/discussions/?show=mine").text


def test_staff_have_no_other_way_to_the_writer(client, written, coordinator, writer):
    client.force_login(coordinator)

    refused = [
        client.get(f"/discussions/{written.pk}/posts/2/{act}/").status_code for act in ("edit", "delete", "name")
    ]

    assert refused == [403, 403, 403]


def test_export_gives_the_writer_their_own_and_others_nothing(written, writer, member):
    from apps.members import export

    mine, theirs = (export.collect(person)["discussions.post.author"] for person in (writer, member))

    assert [row["text"] for row in sorted(mine, key=lambda row: row["number"])] == [
        "First.",
        "As nobody.",
        "As organisation.",
        "As stakeholder_group.",
    ]
    assert theirs == []


def test_log_of_named_pages_elsewhere_still_names_the_member(client, member, caplog):
    caplog.set_level(logging.INFO)
    client.force_login(member)

    client.get("/events/")

    assert [record.member for record in caplog.records if record.name == "portal.request"] == [member.pk]


@pytest.mark.parametrize("hours", [0, 9, 23])
def test_order_of_threads_does_not_tell_the_hour(group, member, hours):
    moment = NOW.replace(hour=0) + timedelta(hours=hours)
    thread = make_thread(group=make_group(), mode="unattributed")

    thread.take_number(moment)

    assert Thread.objects.get(pk=thread.pk).last_posted_at == NOW.replace(hour=0)


def test_mention_works_for_every_writer_or_for_none(group, quiet, writer, coordinator, member):
    """Else one that works says that its writer shares a group with somebody nobody else knows of."""
    shared = make_group()
    unlisted = make_member(name="Ursula Unlisted", is_listed=False, group=group)
    for person in (writer, unlisted):
        make_membership(group=shared, member=person)
    text = f"@Ursula Unlisted, @{CANARY}, @Mina Member"

    kept = {resolved(text, actor=person, thread=quiet) for person in (writer, unlisted, coordinator, member)}

    assert kept == {f"@Ursula Unlisted, @{{{PK}}}, @{{{member.pk}}}"}


def test_no_row_beside_a_thread_says_by_its_number_when_it_was_opened(client, writer, group):
    topic = make_topic()
    client.force_login(writer)
    form = {"group": group.pk, "visibility": "group", "text": "First.", "topics": [topic.pk]}

    for title, mode in (("One", "named"), ("Two", "unattributed"), ("Three", "named")):
        client.post("/discussions/new/", form | {"title": title, "mode": mode})

    numbers = list(Thread.topics.through.objects.values_list("pk", flat=True))
    assert len(numbers) == 3
    assert min(numbers) >= 10**11
