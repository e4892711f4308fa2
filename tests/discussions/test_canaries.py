"""A word for each text of a thread, looked for by everybody on every page, in every feed, mail and export: before and
after the thread moves, is hidden, and its readers come and go.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.core import mail as mailbox
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.discussions import actions
from apps.discussions.models import PostReport, Subscription, Thread
from apps.events.actions import make_feed
from apps.events.models import CalendarFeed, Event
from apps.members.actions import change_role, depart_member, end_membership, suspend_member
from apps.members.models import Membership
from apps.members.permissions import Role
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.reminders import send_out_due
from apps.pages.actions import make_news_feed
from apps.pages.models import NewsFeed
from tests.canaries import exported, finds, mailed
from tests.make import (
    NOW,
    make_event,
    make_member,
    make_pdf,
    make_thread,
    make_topic,
)

LEADING = {"coordinator", "chair"}
GROUP = LEADING | {"writer", "member", "observer"}
EVERYBODY = GROUP | {"other", "other_chair", "left"}
# Who follows the thread to wherever it goes, if they may.
OTHERS = {"coordinator", "other", "other_chair"}


@dataclass
class World:
    thread: Thread
    event: Event
    readers: dict = field(default_factory=dict)

    def addresses(self):
        base = f"/discussions/{self.thread.pk}/"
        acts = ("", "history/", "file/", "edit/", "report/", "moderate/")
        reports = [f"/discussions/reports/{report.pk}/" for report in PostReport.objects.all()]
        mails = [f"/admin/notifications/outgoingmail/{mail.pk}/" for mail in OutgoingMail.objects.order_by("pk")[:1]]
        return [
            *(f"{base}?quote={each}" for each in range(1, 5)),
            *(f"{base}posts/1/{act}" for act in acts),
            *(f"{base}posts/{each}/history/" for each in (2, 3, 4)),
            f"{base}posts/3/moderate/",
            f"{base}posts/3/edit/",
            *(f"{base}{act}/" for act in ("hide", "move", "title", "summary", "outcome")),
            "/discussions/new/",
            "/discussions/reports/",
            *reports,
            "/discussions/?group=working-group",
            "/discussions/?show=unread",
            "/settings/discussions/",
            "/search/?q=zq7",
            "/search/?q=zq7&kind=post",
            "/topics/letters/",
            "/topics/letters/feed/",
            self.event.get_absolute_url(),
            "/groups/working-group/",
            "/",
            "/dashboard/",
            "/notifications/",
            "/sitemap-events-1.xml",
            "/admin/",
            "/admin/core/auditentry/",
            "/admin/notifications/outgoingmail/",
            *mails,
            *(f"{mail}html/" for mail in mails),
        ]

    def feeds(self):
        rows = [*NewsFeed.objects.select_related("member"), *CalendarFeed.objects.select_related("member")]
        paths = {NewsFeed: "/feed/{}/", CalendarFeed: "/calendar/{}.ics"}
        found = {}
        for row in rows:
            name = next(name for name, reader in self.readers.items() if reader and reader.pk == row.member_id)
            found.setdefault(name, []).append(paths[type(row)].format(row.token))
        return found

    def found(self, client):
        return finds(client, self.readers, self.addresses(), feeds=self.feeds())


@pytest.fixture
def readers(coordinator, chair, member, observer, other_member, other_group, group, suspended):
    """The secretariat first; who left, departed and was suspended knew it all once."""
    return {
        "coordinator": coordinator,
        "chair": chair,
        "writer": make_member(name="Wim Writer", group=group),
        "member": member,
        "observer": observer,
        "other": other_member,
        "other_chair": make_member(name="Olga Other", group=other_group, role=Role.CHAIR),
        "left": make_member(name="Lea Left", group=group),
        "departed": make_member(name="Dario Departed", group=group),
        "suspended": suspended,
        "stranger": None,
    }


@pytest.fixture
def world(client, readers, group, time_machine, settings, tmp_path):
    """A thread with a word in everything it holds: the four posts stand, are edited, hidden and deleted."""
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)
    event = make_event(group=group, visibility="public", title="Public event")
    thread = make_thread(group=group, title="zq7title", about=event)
    thread.topics.add(make_topic(slug="letters", title="Letters"))
    writer, chair = readers["writer"], readers["chair"]
    file = SimpleUploadedFile("zq7file.pdf", make_pdf(Title="zq7metadata"), content_type="application/pdf")
    first, second, third, fourth = (
        actions.write_post(actor=writer, thread=thread, text=f"zq7{word}", upload=upload, now=NOW)
        for word, upload in (("body", file), ("before", None), ("hidden", None), ("deleted", None))
    )
    actions.edit_post(actor=writer, post=second, text="zq7after", revision=0, now=NOW)
    actions.report_post(actor=readers["member"], post=first, reason="zq7reason", now=NOW)
    for act, text in ((actions.summarise_thread, "zq7summary"), (actions.settle_thread, "zq7outcome")):
        more = {"number": 1, "outcome": text} if act is actions.settle_thread else {"summary": text}
        act(actor=chair, thread=Thread.objects.get(pk=thread.pk), now=NOW, **more)
    actions.hide_post(actor=chair, post=third, reason="zq7why", now=NOW)
    actions.delete_post(actor=writer, post=fourth, now=NOW)
    actions.save_draft(actor=readers["member"], thread=thread, text="zq7draft")
    actions.save_edit_draft(actor=writer, post=first, text="zq7redraft", revision=0)
    actions.save_thread_draft(actor=writer, title="zq7newtitle", text="zq7newtext", is_named=True)
    for name in ("member", "observer", "left", "departed", "suspended"):
        Subscription.objects.create(member=readers[name], thread=thread, level="all")
        actions.mark_read(actor=readers[name], thread=thread, number=2)
    for name in ("chair", "other", "left"):
        make_news_feed(actor=readers[name], now=NOW)
        make_feed(actor=readers[name], now=NOW)
    end_membership(actor=readers["coordinator"], membership=Membership.objects.get(member=readers["left"]), now=NOW)
    depart_member(actor=readers["coordinator"], member=readers["departed"], now=NOW)
    return World(Thread.objects.get(pk=thread.pk), event, readers)


def expected(sees, *, leads, drafter=frozenset({"member"}), writer=frozenset({"writer"})):
    """What a thread's readers come upon, and what only those who lead; drafts of a post and of an edit go with the
    thread, that of another thread does not.
    """
    texts = ("title", "body", "after", "before", "summary", "outcome", "why", "file", "metadata")
    words = {f"zq7{word}": sees for word in texts}
    words |= {"zq7hidden": leads, "zq7reason": leads, "zq7draft": drafter}
    words |= {"zq7redraft": writer if drafter else set(), "zq7newtitle": writer, "zq7newtext": writer}
    return {word: who for word, who in words.items() if who}


def test_thread_is_come_upon_by_its_readers_and_what_is_hidden_by_those_who_lead(client, world):
    assert world.found(client) == expected(GROUP, leads=LEADING)


def test_thread_that_moves_takes_every_word_along(client, world, coordinator, other_group, group):
    move = {"actor": coordinator, "thread": world.thread, "now": NOW}
    actions.move_thread(group=other_group, visibility="group", **move)
    assert world.found(client) == expected(OTHERS, leads={"coordinator", "other_chair"}, drafter=set())

    actions.move_thread(group=group, visibility="members", **move)
    assert world.found(client) == expected(EVERYBODY, leads=LEADING)
    actions.move_thread(group=group, visibility="coordinators", **move)
    assert world.found(client) == expected(LEADING, leads=LEADING, drafter=set())


def test_hidden_thread_is_for_those_who_lead_and_its_reason_too(client, world, chair):
    actions.hide_thread(actor=chair, thread=world.thread, is_hidden=True, reason="zq7off")

    assert world.found(client) == expected(LEADING, leads=LEADING, drafter=set()) | {"zq7off": LEADING}


def test_readers_who_go_lose_every_word_at_once(client, world, coordinator):
    """The chair becomes an observer, who still reads; the others leave in each of the ways there are."""
    readers, act = world.readers, {"actor": coordinator}
    change_role(membership=Membership.objects.get(member=readers["chair"]), role=Role.OBSERVER, **act)
    end_membership(membership=Membership.objects.get(member=readers["member"]), now=NOW, **act)
    suspend_member(member=readers["writer"], **act)
    depart_member(member=readers["observer"], now=NOW, **act)

    assert world.found(client) == expected(LEADING, leads={"coordinator"}, drafter=set(), writer=set())


def test_export_of_ones_own_data_names_no_thread_one_does_not_see(world, coordinator, other_group):
    rename = {"actor": coordinator, "thread": world.thread}
    own = {"zq7body": {"writer"}, "zq7after": {"writer"}, "zq7hidden": {"writer"}}
    own |= {"zq7reason": {"member"}, "zq7draft": {"member"}}
    own |= {word: {"writer"} for word in ("zq7redraft", "zq7newtitle", "zq7newtext")}
    assert exported(world.readers) == {**own, "zq7title": {"writer", "member", "observer"}}

    actions.move_thread(group=other_group, visibility="group", now=NOW, **rename)
    actions.rename_thread(title="zq7renamed", **rename)
    assert exported(world.readers) == own


@pytest.mark.parametrize("change", ["move", "hide", "leave", None])
def test_post_is_mailed_to_who_may_read_it_when_the_mail_goes(world, coordinator, chair, other_group, change):
    """Two minutes lie between the post and its mails; what changes meanwhile counts."""
    mailbox.outbox.clear()
    actions.write_post(actor=chair, thread=world.thread, text="zq7late", now=NOW)
    if change == "move":
        move = {"group": other_group, "visibility": "group", "now": NOW}
        actions.move_thread(actor=coordinator, thread=world.thread, **move)
    elif change == "hide":
        actions.hide_thread(actor=coordinator, thread=world.thread, is_hidden=True, reason="Off.")
    elif change == "leave":
        end_membership(actor=coordinator, membership=Membership.objects.get(member=world.readers["member"]), now=NOW)

    later = NOW + timedelta(minutes=3)
    send_out_due(later)
    Courier(lambda: later).deliver(seconds=20)

    told = {"move": set(), "hide": set(), "leave": {"observer"}, None: {"member", "observer"}}[change]
    assert mailed(mailbox.outbox, world.readers).get("zq7late", set()) - {"writer"} == told
