"""Every screen of the admin costs at most 15 queries, and the same with 1, 3 and 300 rows."""

import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import audit
from apps.core.models import AuditEntry, Heartbeat
from apps.events.actions import add_default_rules, plan_reminders
from apps.events.models import Event, Occasion, Participation
from apps.members.models import Invitation, JoinRequest, Member, Membership, Phase
from apps.notifications import outbox
from apps.notifications.models import Announcement, OutgoingMail, Reminder, Suppression
from apps.notifications.recipients import recipient_of
from apps.publications.models import Circulation, Consultee, Publication
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_event,
    make_group,
    make_invitation,
    make_join_request,
    make_legal_text,
    make_member,
    make_organisation,
    make_participation,
    make_publication,
    make_topic,
    make_version,
)

BUDGET = 15


@pytest.fixture
def office(client, coordinator):
    """The coordinator's browser after its first page, which notes the session; the content types are known."""
    ContentType.objects.get_for_models(*apps.get_models())
    client.force_login(coordinator)
    client.get(reverse("admin:core_heartbeat_changelist"))
    return client


def queries_of(client, url):
    """Count what a page costs."""
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
    assert response.status_code == 200, url
    return len(captured)


def changelist(label):
    return reverse(f"admin:{label}_changelist")


def make_world(count, coordinator, event):
    """Add ``count`` of everything, each with relations of its own."""
    for _number in range(count):
        group = make_group()
        organisation = make_organisation()
        topic = make_topic()
        make_topic(parent=topic)
        member = make_member(group=group, organisation=organisation, country="DE")
        member.topics.add(topic)
        make_participation(event=event, member=member, via_group=group, invited_by=coordinator, answer="maybe")
        own = make_event(group=group)
        add_default_rules(own)
        plan_reminders(own)
        make_participation(event=own, member=member)
        invitation = make_invitation(group=group, invited_by=coordinator)
        outbox.notify("event_invitation", own, [recipient_of(member)], "invited")
        outbox.notify("invitation", invitation, [invitation.mail_recipient("")], "round:1")
        Reminder.objects.create(
            about_type=ContentType.objects.get_for_model(Invitation),
            about_id=invitation.pk,
            rule="x",
            kind="invitation",
            anchor_at=NOW,
            due_at=NOW + timedelta(days=40),
            expires_at=NOW,
        )
        Announcement.objects.create(
            kind="event_message",
            about_type=ContentType.objects.get_for_model(Event),
            about_id=own.pk,
            occasion="x",
            made_by=coordinator,
            member_ids=[member.pk],
        )
        audit.record(AuditEntry.Event.ROLE, actor=member, about=member)
        Heartbeat.objects.create(name=f"queue {member.pk}", beat_at=NOW)
        Suppression.objects.create(address=f"gone{member.pk}@example.net", made_by=coordinator)
        Occasion.objects.create(kind="cop", name=f"COP {member.pk}", starts_on=NOW, ends_on=NOW)
        Phase.objects.create(name=f"Phase {member.pk}", starts_on=NOW)
        make_legal_text()
        make_join_request(group=group)
        paper = make_publication(group=group, state="cleared", authors=("Ada Author",))
        make_version(publication=paper, made_by=member)
        paper.steps.create(state="cleared", at=NOW, by=member)
        circulation = make_circulation(publication=make_publication(group=group, state="circulating"))
        make_consultee(circulation=circulation, member=member, via_group=group, is_reviewer=True)
        make_consultee(circulation=circulation, member=make_member(organisation=organisation), via_topic=topic)
    OutgoingMail.objects.filter(kind="event_invitation").update(state="failed", reason="550 no such user")


LISTS = [
    "events_event",
    "events_participation",
    "events_occasion",
    "members_member",
    "members_organisation",
    "members_group",
    "members_membership",
    "members_topic",
    "members_phase",
    "members_invitation",
    "members_joinrequest",
    "members_legaltext",
    "notifications_outgoingmail",
    "notifications_reminder",
    "notifications_announcement",
    "notifications_suppression",
    "publications_publication",
    "publications_circulation",
    "publications_consultee",
    "core_auditentry",
    "core_heartbeat",
]


def test_no_screen_costs_more_with_300_rows_than_with_one(office, coordinator):
    event = make_event()
    add_default_rules(event)
    plan_reminders(event)
    make_world(1, coordinator, event)
    urls = [reverse("admin:index"), *map(changelist, LISTS)]
    first = {
        model: reverse(
            f"admin:{model._meta.label_lower.replace('.', '_')}_change", args=[model._default_manager.first().pk]
        )
        for model in (
            Participation,
            Member,
            Membership,
            Invitation,
            JoinRequest,
            OutgoingMail,
            Reminder,
            Announcement,
            AuditEntry,
            Circulation,
            Consultee,
        )
    }
    urls += [reverse("admin:events_event_change", args=[event.pk]), *first.values()]
    urls += [
        reverse(f"admin:events_event_{step}", args=[event.pk]) for step in ("remind", "cancel", "reminders", "export")
    ]
    urls += [reverse(f"admin:{label}_add") for label in ("events_event", "members_invitation", "members_membership")]
    group = event.participations.first().via_group
    urls += [f"{reverse('admin:events_event_invite', args=[event.pk])}?group={group.pk}"]
    paper = Publication.objects.order_by("pk").first()
    urls += [
        reverse(f"admin:publications_publication_{step}", args=[paper.pk]) for step in ("change", "file", "publish")
    ]
    circulation = Circulation.objects.order_by("pk").first()
    urls += [
        reverse(f"admin:publications_circulation_{step}", args=[circulation.pk])
        for step in ("ask", "remind", "extend", "close", "cancel")
    ]
    with_one = {url: queries_of(office, url) for url in urls}

    make_world(299, coordinator, event)
    for _number in range(299):
        make_consultee(circulation=circulation, is_reviewer=True)
    for number in range(20):
        make_version(publication=paper, made_by=make_member())
        paper.steps.create(state="draft", at=NOW, by=make_member())
        paper.authors.create(name="Another", member=make_member(), position=number)

    with_many = {url: queries_of(office, url) for url in urls}
    # A page of one hundred like rows may even cost less than one of few of different kinds.
    assert {url: count for url, count in with_many.items() if count > with_one[url]} == {}
    assert {url: count for url, count in with_one.items() if count > BUDGET} == {}


@pytest.mark.usefixtures("db")
def test_the_participants_of_a_large_event_cost_the_same(office, coordinator):
    event = make_event()
    people = [make_member() for _number in range(3)]
    for person in people:
        make_participation(event=event, member=person)
    urls = [
        f"{changelist('events_participation')}?event__id__exact={event.pk}",
        reverse("admin:events_event_change", args=[event.pk]),
        reverse("admin:events_event_remind", args=[event.pk]),
    ]
    with_three = {url: queries_of(office, url) for url in urls}

    Member.objects.bulk_create(
        Member(email=f"many{number}@example.org", name=f"Many {number}") for number in range(300)
    )
    many = Member.objects.get_queryset().filter(email__startswith="many")
    Participation.objects.bulk_create(
        Participation(event=event, member=person, invited_at=NOW - timedelta(days=1)) for person in many
    )

    assert {url: queries_of(office, url) for url in urls} == with_three


@pytest.mark.parametrize("label", ["events_event", "members_invitation", "publications_circulation"])
def test_time_zones_of_a_form_stand_by_region_those_used_first(office, label):
    make_event(time_zone="Asia/Kathmandu")
    make_invitation(group=make_group(), time_zone="Asia/Kathmandu")

    page = office.get(reverse(f"admin:{label}_add")).text

    groups = re.findall(r'<optgroup label="([^"]+)">\s*<option[^>]*>([^<]+)', page)
    expected = [("Everywhere", "UTC"), ("Africa", "Abidjan")]
    if label != "publications_circulation":
        expected = [("Used here", "Kathmandu"), *expected]
    assert groups[: len(expected)] == expected
