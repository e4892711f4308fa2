"""An invitation that came from a membership ends with it, and the next membership does not bring it back."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from apps.events.actions import invite_members, withdraw_participation
from apps.events.models import Event
from apps.events.tasks import look_after_events
from apps.members.actions import depart_member, end_membership, reinstate_member
from apps.members.models import Member
from apps.notifications import announcements
from apps.notifications.delivery import Courier
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_event, make_member, make_membership, make_participation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event(clock, group):
    fields = {"capacity": 1, "format": "both", "visibility": "coordinators"}
    return make_event(group=group, title="Registries", starts_at=NOW + 30 * DAY, **fields)


@pytest.fixture
def part(event, member, group):
    """Mina's, invited through the group, with the only seat."""
    event.take_seat("in_person")
    return make_participation(event=event, member=member, via_group=group, answer="yes", mode="in_person")


@pytest.fixture
def leave(coordinator, clock):
    """Let somebody leave all groups, and go on to the next day."""

    def leave(member):
        for membership in member.memberships.filter(ended_on=None):
            end_membership(actor=coordinator, membership=membership, now=timezone.now())
        look_after_events(timezone.now())
        clock.shift(DAY)

    return leave


def come_back(member, group):
    make_membership(group=group, member=member, started_on=timezone.now().date())
    look_after_events(timezone.now())


def sees(member, event):
    """Whether the rule for one row, the one for many, and the invitation itself say so."""
    member, event = Member.objects.get(pk=member.pk), Event.objects.get(pk=event.pk)
    said = {
        Event.objects.visible_to(member).filter(pk=event.pk).exists(),
        member.has_perm("events.view_event", event),
        event.participations.live().filter(member=member).exists(),
        event.participations.live_for(member).exists(),
        any(part.is_live_for(member) for part in event.participations.filter(member=member)),
    }
    [sees] = said
    return sees


def test_who_comes_back_to_the_group_does_not_come_back_to_its_events(part, event, member, group, leave):
    assert sees(member, event)

    leave(member)
    assert not sees(member, event)
    come_back(member, group)

    assert not sees(member, event)
    part.refresh_from_db()
    assert (part.has_seat, part.is_waiting) == (False, False)
    assert not member.has_perm("events.answer_event", event)


@pytest.mark.parametrize("moment", ["during", "after"])
def test_so_it_is_during_the_event_and_after_it(part, event, member, group, leave, clock, moment):
    clock.move_to(event.starts_at + timedelta(minutes=30))
    Event.objects.update(ends_at=event.starts_at + 10 * DAY)

    leave(member)
    clock.move_to(event.starts_at + (5 if moment == "during" else 20) * DAY)
    come_back(member, group)

    assert not sees(member, event)
    part.refresh_from_db()
    assert part.has_seat
    assert (part in event.participations.listed(timezone.now())) == (moment == "after")


def test_the_seat_goes_to_the_next_and_nobody_else_is_told(part, event, member, other_member, leave):
    waiting = make_participation(
        event=event, member=other_member, answer="yes", mode="in_person", has_seat=False, queue_number=1
    )

    leave(member)

    waiting.refresh_from_db()
    event.refresh_from_db()
    assert (waiting.has_seat, waiting.queue_number, event.seats_taken) == (True, None, 1)
    assert list(OutgoingMail.objects.values_list("kind", "member")) == [("event_seat", other_member.pk)]


def test_mails_that_wait_do_not_go_to_who_left_nor_to_who_is_back(event, member, group, coordinator, leave):
    invite_members(actor=coordinator, event=event, member_ids=[member.pk], once="a", via_group=group, now=NOW)
    announcements.expand_waiting(timezone.now())

    leave(member)
    come_back(member, group)
    Courier(timezone.now).deliver(seconds=60)

    mail = OutgoingMail.objects.get()
    assert (mail.state, mail.reason) == ("suppressed", "not invited any more")
    assert list(differences(timezone.now())) == []


def test_who_was_picked_by_hand_stays_and_so_do_other_groups(event, member, group, other_group, coordinator):
    make_membership(group=other_group, member=member)
    other = make_event(starts_at=NOW + DAY)
    make_participation(event=event, member=member)
    make_participation(event=other, member=member, via_group=other_group)

    end_membership(actor=coordinator, membership=member.memberships.get(group=group), now=NOW)

    assert sees(member, event)
    assert sees(member, other)


def test_who_leaves_the_portal_is_invited_no_more_even_when_let_in_again(
    part, event, member, group, coordinator, clock
):
    depart_member(actor=coordinator, member=member, now=NOW)
    clock.shift(DAY)

    reinstate_member(actor=coordinator, member=member)
    come_back(member, group)

    assert not sees(member, event)


def test_who_came_back_is_offered_with_those_who_joined_later_and_can_be_invited(
    part, event, member, group, client, coordinator, leave
):
    make_participation(event=event, member=make_member(name="Gina", group=group), via_group=group)
    leave(member)
    come_back(member, group)
    client.force_login(coordinator)

    page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    link = re.search(r'<a href="([^"]+)">Invite them</a>', page)[1]
    asking = client.get(link).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asking))
    client.post(link.partition("?")[0], {**hidden, "_confirm": "1"})
    announcements.expand_waiting(timezone.now())

    assert "1 person joined “Working group” since it was invited." in page
    part.refresh_from_db()
    assert (part.answer, part.via_group, part.invited_at.date()) == ("", group, timezone.now().date())
    assert sees(member, event)


def test_whose_invitation_was_taken_back_is_not_offered_with_the_group(
    part, event, member, group, coordinator, client, leave
):
    make_participation(event=event, member=make_member(name="Gina", group=group), via_group=group)
    withdraw_participation(actor=coordinator, participation=part, now=NOW)
    leave(member)
    come_back(member, group)
    client.force_login(coordinator)

    event_page = client.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    invite = reverse("admin:events_event_invite", args=[event.pk])

    assert "joined “Working group”" not in event_page
    assert "Mina" not in client.get(f"{invite}?group={group.pk}").content.decode()


def test_who_left_one_invited_group_can_be_invited_through_another(
    part, event, member, group, other_group, coordinator, client
):
    make_membership(group=other_group, member=member)
    end_membership(actor=coordinator, membership=member.memberships.get(group=group), now=NOW)
    client.force_login(coordinator)

    page = client.get(f"{reverse('admin:events_event_invite', args=[event.pk])}?group={other_group.pk}")

    assert "Mina Member · member@example.org" in page.content.decode()
