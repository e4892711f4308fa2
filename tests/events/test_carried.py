"""What was narrowed, cancelled or told since the backup: a restore over the living database keeps it so."""

import pytest
import time_machine
from django.core import mail as mailbox
from django.utils import timezone

from apps.events import actions, carried
from apps.events.models import Event
from apps.members.carried import groups, people
from apps.members.models import Group, Member
from apps.notifications import announcements, ledger
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from tests.carrying import carry_over, update
from tests.make import NOW, make_event, make_group, make_member, make_participation

pytestmark = pytest.mark.django_db


def restore(collect, apply, rows, **backup):
    """Collect from the database as it is, set the rows back to what the backup holds, apply."""
    records = [dict(record) for record in collect(NOW)]
    rows.update(**backup)
    return list(apply(iter(records)))


def test_event_cancelled_since_the_backup_stays_cancelled(group):
    event = make_event(group=group, state=Event.State.CANCELLED, cancel_reason="Illness")

    said = restore(carried.collect_events, carried.apply_events, Event.objects, state="scheduled", cancel_reason="")

    event.refresh_from_db()
    assert (event.state, event.cancel_reason) == (Event.State.CANCELLED, "Illness")
    assert said == [f"Event {event.pk} “{event}”: cancelled since the backup, stays so."]


def deliver():
    """Send what is due, announcements too, and return to whom it went."""
    mailbox.outbox.clear()
    announcements.expand_waiting(timezone.now())
    Courier(timezone.now).deliver(seconds=20)
    return sorted(message.to[0] for message in mailbox.outbox)


@pytest.mark.parametrize("at_once", [1, 200])
@pytest.mark.parametrize("reached", [[], ["ann@example.org"], ["ann@example.org", "bob@example.org"]])
def test_cancellation_since_the_backup_goes_after_the_restore_to_whom_it_had_not_left(
    group, coordinator, monkeypatch, reached, at_once
):
    with time_machine.travel(NOW, tick=True):
        event = make_event(group=group)
        people = [make_member(f"{name}@example.org").pk for name in ("ann", "bob")]
        actions.invite_members(actor=coordinator, event=event, member_ids=people, once="a", now=NOW)
        assert deliver() == ["ann@example.org", "bob@example.org"]
        monkeypatch.setattr(announcements, "AT_ONCE", at_once)

        def cancel():
            actions.cancel_event(actor=coordinator, event=event, reason="Illness", now=timezone.now())
            if reached:
                announcements.expand_waiting(timezone.now())
            left = OutgoingMail.objects.filter(kind="event_cancelled", member__email__in=reached)
            left.update(state="sent", sent_at=timezone.now(), sent_to="x@example.org")

        carry_over(cancel)

        assert sorted([*reached, *deliver()]) == ["ann@example.org", "bob@example.org"]
        assert list(ledger.differences(timezone.now())) == []


def test_change_told_since_the_backup_is_not_told_again(group):
    event = make_event(group=group)

    restore(carried.collect_events, carried.apply_events, Event.objects, settles_at=NOW, told={"place": "Elsewhere"})

    event.refresh_from_db()
    assert (event.settles_at, event.told) == (None, None)


@pytest.mark.parametrize(("field", "value"), [("is_chatham_house", True), ("participants_hidden", True)])
def test_event_that_shows_less_since_the_backup_still_does(group, field, value):
    event = make_event(group=group, **{field: value})

    restore(carried.collect_events, carried.apply_events, Event.objects, **{field: False})

    event.refresh_from_db()
    assert getattr(event, field) == value


@pytest.mark.parametrize("in_backup", [None, False])
@pytest.mark.parametrize("today", [(True, None), (True, True), (False, True)])
def test_names_hidden_from_the_invited_since_the_backup_stay_hidden_and_the_operator_is_told(
    group, member, in_backup, today
):
    event = make_event(group=group, participants_hidden=in_backup)
    make_participation(event=event, member=member)
    is_chatham_house, participants_hidden = today
    assert member.has_perm("events.see_names_event", event)

    said = carry_over(
        update(event, is_chatham_house=is_chatham_house, participants_hidden=participants_hidden),
    )

    event.refresh_from_db()
    assert event.is_chatham_house == is_chatham_house
    assert not member.has_perm("events.see_names_event", event)
    assert f"Event {event.pk} “{event}”: hides the list of participants, as today." in said


def test_event_put_under_the_rule_since_the_backup_stays_under_it_and_the_operator_is_told(group):
    event = make_event(group=group, participants_hidden=True)

    said = carry_over(update(event, is_chatham_house=True))

    event.refresh_from_db()
    assert event.is_chatham_house
    assert said == [f"Event {event.pk} “{event}”: under the Chatham House Rule, as today."]


def test_names_shown_since_the_backup_are_hidden_as_in_it(group):
    event = make_event(group=group, is_chatham_house=True)

    said = carry_over(update(event, is_chatham_house=False, participants_hidden=False))

    event.refresh_from_db()
    assert (event.is_chatham_house, event.participants_hidden, said) == (True, None, [])


@pytest.mark.parametrize("fields", [{"visibility": "group"}, {"visibility": "coordinators"}, {"state": "draft"}])
def test_event_moved_to_another_group_since_the_backup_stays_with_it(group, other_group, member, chair, fields):
    event = make_event(group=group, **fields)

    said = carry_over(update(event, group=other_group))

    event.refresh_from_db()
    assert event.group == other_group
    assert [who.has_perm("events.view_event", event) for who in (member, chair)] == [False, False]
    assert said == [f"Event {event.pk} “{event}”: moved to another group since the backup, stays there."]


def test_event_moved_since_the_backup_has_the_readers_of_today(group, other_group):
    event = make_event(group=group, visibility="coordinators")

    carry_over(update(event, group=other_group, visibility="group"))

    event.refresh_from_db()
    assert (event.group, event.visibility) == (other_group, "group")


@pytest.mark.parametrize(("today", "kept"), [("group", "coordinators"), ("members", "members")])
def test_event_moved_to_a_group_made_since_the_backup_is_for_who_leads_the_old_one(group, member, today, kept):
    event = make_event(group=group, visibility=today)

    def move():
        Event.objects.update(group=make_group())

    said = carry_over(move)

    event.refresh_from_db()
    assert (event.group, event.visibility) == (group, kept)
    assert said[0] == (
        f"Event {event.pk} “{event}”: moved since the backup to a group that the backup lacks, is with “{group}”. "
        "Please look."
    )


def test_invitation_by_hand_that_came_anew_through_a_group_since_the_backup_ends_with_the_membership(
    group, other_group, member
):
    event = make_event(group=other_group)
    part = make_participation(event=event, member=member)

    def invite_anew():
        update(part, via_group=group)()
        member.memberships.get().end(NOW.date())

    said = carry_over(invite_anew)

    assert not member.has_perm("events.view_event", Event.objects.get())
    assert f"Member {member.pk}: invited to “{event}” through “{group}” alone, as today." in said


def test_invitation_through_a_group_that_came_anew_by_hand_since_the_backup_is_as_in_the_backup(group, member):
    part = make_participation(event=make_event(group=group), member=member, via_group=group)

    said = carry_over(update(part, via_group=None))

    part.refresh_from_db()
    assert (part.via_group, said) == (group, [])


def test_group_hidden_since_the_backup_stays_hidden(group):
    Group.objects.update(visibility="coordinators")

    said = restore(groups.collect, groups.apply, Group.objects, visibility="public")

    group.refresh_from_db()
    assert group.visibility == "coordinators"
    assert len(said) == 1


def test_group_deleted_since_the_backup_shows_to_who_coordinates_only_and_is_named(group):
    Group.objects.update(visibility="public")

    said = carry_over(lambda: Group.objects.all().delete())

    group.refresh_from_db()
    assert group.visibility == "coordinators"
    assert said == [f"Group {group.pk} “{group}”: deleted since the backup, is there again, for coordinators only."]


def test_draft_of_an_event_deleted_since_the_backup_is_named(group, coordinator):
    event = make_event(group=group, state="draft")

    said = carry_over(lambda: actions.delete_draft(actor=coordinator, event=Event.objects.get()))

    assert said == [f"Event {event.pk} “{event}”: deleted since the backup, is there again, as a draft."]


def test_member_who_hides_since_the_backup_still_does(member):
    Member.objects.update(hides_participation=True)

    restore(people.collect, people.apply, Member.objects, hides_participation=False)

    member.refresh_from_db()
    assert member.hides_participation


def test_member_who_left_the_directory_since_the_backup_is_not_in_it(member):
    Member.objects.update(is_listed=False)

    said = restore(people.collect, people.apply, Member.objects, is_listed=True)

    member.refresh_from_db()
    assert not member.is_listed
    assert said == [f"Mina Member (member {member.pk}): not in the directory of members, as today."]


def test_field_hidden_since_the_backup_stays_hidden_and_one_opened_since_is_not_open(member):
    Member.objects.update(shows_email=False, shows_organisation=False, shows_phone=True)

    said = restore(
        people.collect, people.apply, Member.objects, shows_email=True, shows_organisation=True, shows_phone=False
    )

    member.refresh_from_db()
    assert (member.shows_email, member.shows_organisation, member.shows_phone) == (False, False, False)
    assert said == [f"Mina Member (member {member.pk}): hides organisation, email from other members, as today."]
