"""The demo: complete, true to its marks, and quiet."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from apps.core.zones import offset_label
from apps.discussions.models import Thread
from apps.events.actions import save_event, settle_seats, tell_settled_change
from apps.events.models import Event, Participation
from apps.members.models import Consent, Group, JoinRequest, LegalText, Member, Membership, Phase, Topic
from apps.members.permissions import Visibility
from apps.notifications import announcements, reminders
from apps.notifications.delivery import Courier
from apps.notifications.facts import Facts
from apps.notifications.gate import judge
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail, Reminder
from apps.pages.demo.load import load_demo
from apps.pages.demo.people import LOGINS
from apps.pages.demo.source import table
from apps.pages.demo.told import NOT_SENT
from apps.publications.actions import read_next
from apps.publications.comparing import compare, units_of
from apps.publications.dates import date_text
from apps.publications.models import Circulation, Publication, Version
from apps.publications.ways import missing
from tests.make import NOW

PASSWORD = "only for this test"
KEY_AREAS = ["article-6-4-methodologies", "negotiations", "article-6-2-practice", "beyond-the-work-programme"]


class Undo(Exception):
    """Ends the transaction around this module's tests."""


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The demo, loaded once for all tests here; each test's own changes are undone after it. The clock stands there."""
    with time_machine.travel(NOW), django_db_blocker.unblock(), suppress(Undo), transaction.atomic():
        load_demo(password=PASSWORD, now=NOW)
        yield
        raise Undo


@pytest.fixture
def demo(loaded, db):
    """Each test begins with the demo as loaded at NOW."""


def login(name):
    return Member.objects.get(email=f"{name}@example.org")


def waiting():
    """What is not sample history."""
    return Counter(OutgoingMail.objects.exclude(reason=NOT_SENT).values_list("kind", "state"))


def test_logins_have_the_password_and_everybody_else_has_none(demo):
    with_password = [member for member in Member.objects.all() if member.has_usable_password()]

    assert sorted(member.email for member in with_password) == sorted(f"{name}@example.org" for name in LOGINS)
    assert len({member.password for member in with_password}) == 1
    assert login("suspended").check_password(PASSWORD)


def test_logins_have_the_roles_of_the_contract(demo):
    roles = {name: {row.group.slug: row.role for row in login(name).memberships.current()} for name in LOGINS}

    assert roles == {
        "coordinator": {},
        "chair": {"cmm-wg": "chair"},
        "member": {"cmm-wg": "member"},
        "other": {"article-6-2-practice": "member"},
        "observer": {"cmm-wg": "observer"},
        "suspended": {"cmm-wg": "member"},
    }
    assert [member.email for member in Member.objects.filter(is_staff=True)] == ["coordinator@example.org"]
    assert [member.email for member in Member.objects.filter(is_active=False)] == ["suspended@example.org"]


def test_everybody_can_be_reached_and_has_agreed(demo):
    people = Member.objects.count()
    addresses = EmailAddress.objects.filter(verified=True, primary=True)

    assert people >= 55
    assert {address.email for address in addresses} == set(Member.objects.values_list("email", flat=True))
    assert Consent.objects.filter(text__kind="privacy").count() == people
    assert not Member.objects.exclude(email__endswith="@example.org").exists()


def test_people_are_valid_and_live_in_many_zones_and_scripts(demo):
    members = list(Member.objects.all())
    for member in members:
        member.full_clean()

    assert len({str(member.time_zone) for member in members}) >= 12
    assert len({offset_label(NOW, member.time_zone) for member in members}) >= 12
    first_letters = {member.name[0] for member in members}
    assert sum(not letter.isascii() for letter in first_letters) >= 8


def test_facts_are_those_of_the_group(demo):
    group = Group.objects.get(slug="cmm-wg")

    assert group.visibility == Visibility.PUBLIC
    for fact in ("Perspectives Climate Research gGmbH", "BMWK", "June 2019", "Singapore", "Innovate4Climate"):
        assert fact in group.purpose
    assert list(Topic.objects.filter(parent=None).order_by("position").values_list("slug", flat=True)) == KEY_AREAS
    assert set(Topic.objects.exclude(parent=None).values_list("parent__slug", flat=True)) == set(KEY_AREAS)
    assert [str(phase) for phase in Phase.objects.order_by("starts_on")] == ["Phase I", "Phase II"]


def test_every_group_is_led(demo):
    led = Membership.objects.current().filter(role="chair").values_list("group__slug", flat=True)

    assert sorted(led) == ["article-6-2-practice", "cmm-wg", "negotiations"]
    assert set(Membership.objects.values_list("role", flat=True)) == {"chair", "coordinator", "member", "observer"}


def test_legal_texts_are_in_force(demo):
    for kind in LegalText.Kind.values:
        assert LegalText.objects.in_force(kind, NOW).version == 1
    assert "must complete" in LegalText.objects.get(kind="imprint").body


def test_real_papers_are_published_with_files_that_say_they_stand_in(demo):
    papers = Publication.objects.filter(is_sample=False).newest_first()
    for paper in papers:
        paper.full_clean(exclude=["created_by"])
        assert missing(paper, "published", NOW) == []

    shown = [(paper.title[:22], published_text(paper), paper.byline, paper.visibility) for paper in papers]
    group = "Carbon Market Mechanisms Working Group"
    assert shown == [
        ("Article 6 authorisatio", "November 2023", group, "public"),
        ("Interlinkages of regis", "August 2023", group, "public"),
        ("Progress achieved by t", "22 December 2022", "Perspectives Climate Research", "public"),
    ]
    assert [version.published_at is not None for version in Version.objects.filter(publication__in=papers)] == [
        True
    ] * 3
    assert read_next(NOW)
    assert "This file stands in for the paper" in " ".join(
        Version.objects.get(pk=papers[0].versions.get().pk).text.split()
    )


def published_text(paper):
    return date_text(paper.published_on, day_is_known=paper.day_is_known)


def test_sample_paper_is_a_marked_draft_in_two_versions_that_differ(demo):
    sample = Publication.objects.get(is_sample=True)
    sample.full_clean()

    assert "sample" in sample.title
    assert sample.is_by(login("chair"))
    assert not Publication.objects.visible_to(login("member")).filter(pk=sample.pk).exists()
    while read_next(NOW):
        pass
    first, second = sample.versions.order_by("number")
    assert compare(units_of(first), units_of(second)).changes > 3


def test_sample_paper_is_before_its_group_with_comments_of_every_label(demo):
    circulation = Circulation.objects.get()
    comments = list(circulation.comments.in_place())

    assert (circulation.publication.is_sample, circulation.is_open) == (True, True)
    assert [row.member.email for row in circulation.consultees.live().owing()] == ["kwabena@example.org"]
    assert {comment.attribution for comment in comments} == {"name", "stakeholder_group", "none"}
    assert [comment.page for comment in comments] == [2, 3, 3, 3, None]
    assert all((comment.author is None) == (comment.attribution != "name") for comment in comments)
    assert [draft.member for draft in circulation.draft_comments.all()] == [login("member")]
    circulation.full_clean()


def test_people_wait_for_an_answer_to_what_they_asked(demo):
    for asked in JoinRequest.objects.all():
        asked.full_clean(exclude=["decided_by", "decided_at", "invitation"])
        assert asked.address.endswith("@example.org")
        assert NOW - timedelta(days=30) < asked.created_at < NOW
    assert JoinRequest.objects.waiting().count() == 2


def test_events_are_marked_valid_and_of_every_sort(demo):
    events = list(Event.objects.all())
    for event in events:
        event.full_clean()

    assert all(event.is_sample for event in events)
    assert {event.state for event in events} == set(Event.State.values)
    assert {event.visibility for event in events} == set(Visibility.values)
    assert {event.format for event in events} == set(Event.Format.values)
    assert {event.occasion.kind for event in events if event.occasion} == {
        row["kind"] for row in table("occasions").values()
    }
    assert any(event.participants_hidden for event in events)
    assert all(event.ends_at < NOW for event in events if event.state == Event.State.HELD)


def test_events_lie_on_the_days_of_their_occasions(demo):
    for event in Event.objects.exclude(occasion=None).select_related("occasion"):
        assert event.occasion.starts_on <= event.starts_at.astimezone(event.time_zone).date() <= event.occasion.ends_on


def test_seat_counters_agree_with_the_rows_and_nothing_is_left_to_settle(demo):
    before = sorted(Participation.objects.order_by("pk").values_list("pk", "has_seat", "queue_number"))

    for event in Event.objects.all():
        seats = Counter(event.participations.filter(has_seat=True).values_list("mode", flat=True))
        assert (event.seats_taken, event.online_taken) == (seats["in_person"], seats["online"])

        assert event.queue_counter == event.participations.waiting().count()
        settle_seats(event, NOW)
    assert sorted(Participation.objects.order_by("pk").values_list("pk", "has_seat", "queue_number")) == before


def test_a_full_event_has_a_waiting_list_with_the_member_on_it(demo):
    full = Event.objects.get(slug="reading-group-reversals")

    assert (full.seats_taken, full.capacity) == (8, 8)
    assert full.participations.get(member=login("member")).is_waiting


def test_answers_are_of_every_sort(demo):
    rows = Participation.objects.all()

    assert set(rows.values_list("answer", flat=True)) == {"", "yes", "maybe", "no"}
    assert set(rows.values_list("attended", flat=True)) == {None, True, False}
    assert rows.exclude(withdrawn_at=None).exists()
    assert not rows.filter(answered_at__gt=NOW).exists()


def test_first_load_mails_only_a_handful(demo):
    announcements.expand_waiting(NOW)

    assert reminders.send_out_due(NOW) == 0
    assert waiting() == {("event_invitation", "queued"): 4}


def test_a_reminder_is_due_within_a_minute_and_reaches_the_member(demo):
    reminders.send_out_due(NOW + timedelta(minutes=1))

    reminded = OutgoingMail.objects.filter(kind="event_reminder")
    assert sorted(reminded.values_list("member__email", flat=True)) == [
        "chair@example.org",
        "kwabena@example.org",
        "member@example.org",
        "observer@example.org",
    ]
    row = Reminder.objects.get(state="sent")
    assert NOW < row.due_at <= NOW + timedelta(minutes=1)


def test_no_reminder_lies_in_the_past(demo):
    assert Reminder.objects.filter(state="scheduled", due_at__gt=NOW).exists()
    assert not Reminder.objects.filter(due_at__lte=NOW).exists()


def test_the_intended_mails_really_leave(demo, mailoutbox):
    soon = NOW + timedelta(minutes=1)
    reminders.send_out_due(soon)

    Courier(lambda: soon).deliver(seconds=20)

    assert waiting() == {("event_invitation", "sent"): 4, ("event_reminder", "sent"): 4}
    assert len(mailoutbox) == 8


def test_the_ledger_agrees(demo):
    assert OutgoingMail.objects.filter(reason=NOT_SENT).exists()

    assert list(differences(timezone.now())) == []


def test_moving_a_sample_event_tells_those_who_come(demo):
    coordinator, event = login("coordinator"), Event.objects.get(slug="registries-hands-on")
    event.place = "Panama City, room Balboa (sample)"
    save_event(actor=coordinator, event=event, now=NOW)
    tell_settled_change(event, NOW + timedelta(minutes=2))

    mails = OutgoingMail.objects.filter(kind="event_changed")
    verdicts = {judge(mail, NOW + timedelta(minutes=2), Facts([mail])).reason for mail in mails}

    assert mails.count() > 30
    assert verdicts == {""}


def test_sample_threads_are_marked_and_the_one_without_names_keeps_nobody(demo):
    threads = Thread.objects.all()

    assert set(threads.values_list("is_sample", flat=True)) == {True}
    assert set(threads.values_list("mode", flat=True)) == {"named", "unattributed"}
    for thread in threads:
        assert list(thread.posts.order_by("number").values_list("number", flat=True)) == list(
            range(1, thread.last_number + 1)
        )
    quiet = threads.get(mode="unattributed")
    assert (quiet.opener, quiet.posts.exclude(author=None).count(), quiet.subscriptions.count()) == (None, 0, 0)
    assert [post.number for post in quiet.posts.order_by("number") if post.is_of(login("member"))] == [2]


def test_nobody_finds_the_sample_thread_they_opened_by_name_unread_from_their_own_post_on(demo):
    for thread in Thread.objects.filter(mode="named"):
        assert thread.read_marks.filter(member=thread.opener, number__gte=1).exists()
    assert list(Thread.objects.get(mode="unattributed").read_marks.values_list("member", "number")) == [
        (login("member").pk, 3)
    ]
