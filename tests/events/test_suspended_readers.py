"""Changes and cancellations while a participant is suspended: nothing then, and what is still of use afterwards."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail as mailbox
from django.utils import timezone

from apps.events.actions import cancel_event, invite_members, save_event, tell_settled_change, withdraw_participation
from apps.events.models import Event
from apps.members.actions import depart_member, end_membership, reinstate_member, suspend_member
from apps.notifications import announcements
from apps.notifications.delivery import Courier
from apps.notifications.ledger import differences
from apps.notifications.models import Announcement, OutgoingMail
from tests.make import NOW, make_event

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def event(clock, group, coordinator, member, other_member):
    """An event in a month, of which both were told. Mina, of the group, said yes and is suspended; Otto is not."""
    event = make_event(group=group, title="Registries", starts_at=NOW + 30 * DAY, visibility="public")
    for person, once, via_group in ((member, "a", group), (other_member, "b", None)):
        ids = [person.pk]
        invite_members(actor=coordinator, event=event, member_ids=ids, once=once, via_group=via_group, now=NOW)
    event.participations.filter(member=member).update(answer="maybe", answered_at=NOW, answer_since=NOW)
    deliver()
    clock.shift(HOUR)
    suspend_member(actor=coordinator, member=member)
    clock.shift(HOUR)
    mailbox.outbox.clear()
    return event


@pytest.fixture
def cancelled(event, coordinator):
    return lambda: cancel_event(actor=coordinator, event=Event.objects.get(), now=timezone.now())


@pytest.fixture
def changed(event, coordinator, clock):
    """Change the event, and let the change settle and the mail about it go."""

    def change(*, delivers=True, **fields):
        event = Event.objects.get()
        for name, value in fields.items():
            setattr(event, name, value)
        save_event(actor=coordinator, event=event, now=timezone.now())
        clock.shift(3 * MINUTE)
        for settled in Event.objects.settling(timezone.now()):
            tell_settled_change(settled, timezone.now())
        if delivers:
            deliver()

    return change


@pytest.fixture
def let_in(member, coordinator, clock):
    """End the suspension an hour later."""

    def end():
        clock.shift(HOUR)
        member.refresh_from_db()
        reinstate_member(actor=coordinator, member=member)
        clock.shift(MINUTE)
        deliver()

    return end


def deliver():
    Courier(timezone.now).deliver(seconds=20)


def mailed(person):
    return [message.subject for message in mailbox.outbox if message.to == [person.email]]


def test_cancellation_reaches_a_suspended_member_when_let_in_again_and_not_before(
    cancelled, let_in, client, member, other_member
):
    told = cancelled()
    deliver()

    assert told == 1
    assert (mailed(member), mailed(other_member)) == ([], ["Cancelled: Registries"])
    client.force_login(member)
    assert client.get("/notifications/").status_code == 302

    for _time in range(2):
        deliver()
    let_in()

    assert mailed(member) == ["Cancelled: Registries"]
    client.force_login(member)
    assert "Registries" in client.get("/notifications/").text
    assert list(differences(timezone.now())) == []


def test_change_reaches_a_suspended_member_when_let_in_again_and_not_before(changed, let_in, member, other_member):
    changed(place="Berlin")

    assert (mailed(member), mailed(other_member)) == ([], ["Changed: Registries"])

    let_in()

    assert mailed(member) == ["Changed: Registries"]
    assert "Place\n  Bonn → Berlin\n" in mailbox.outbox[-1].body
    assert list(differences(timezone.now())) == []


def test_changes_during_a_suspension_are_told_in_one_mail_from_what_was_known(changed, let_in, member):
    changed(place="Berlin")
    changed(place="Lima")

    let_in()

    assert mailed(member) == ["Changed: Registries"]
    assert "Place\n  Bonn → Lima\n" in mailbox.outbox[-1].body
    assert list(differences(timezone.now())) == []


def test_change_whose_mail_the_suspension_stopped_is_told_with_the_next(
    changed, let_in, coordinator, member, other_member
):
    changed(place="Berlin", delivers=False)
    suspend_member(actor=coordinator, member=other_member)
    changed(place="Lima")
    assert mailbox.outbox == []

    reinstate_member(actor=coordinator, member=other_member)
    let_in()

    assert mailed(member) == mailed(other_member) == ["Changed: Registries"]
    assert ["Place\n  Bonn → Lima\n" in message.body for message in mailbox.outbox] == [True, True]


def test_change_undone_during_a_suspension_is_not_told_when_it_ends(changed, let_in, member, other_member):
    changed(place="Berlin")
    changed(place="Bonn")

    let_in()

    assert (mailed(member), len(mailed(other_member))) == ([], 2)


def test_change_before_a_cancellation_is_not_told_any_more(changed, cancelled, let_in, member):
    changed(place="Berlin")
    cancelled()

    let_in()

    assert mailed(member) == ["Cancelled: Registries"]


def test_cancellation_of_what_would_be_over_by_now_reaches_nobody(event, cancelled, let_in, clock, member):
    cancelled()
    clock.move_to(event.ends_at + MINUTE)

    let_in()

    assert mailed(member) == []


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("how", ["said no", "left the group", "taken back"])
def test_who_would_not_hear_of_it_anyway_does_not_hear_of_it_later(
    event, cancelled, let_in, coordinator, member, how, when
):
    part = event.participations.get(member=member)

    def end():
        if how == "said no":
            part.save_answer(answer="no")
        elif how == "left the group":
            end_membership(actor=coordinator, membership=member.memberships.get(), now=timezone.now())
        else:
            withdraw_participation(actor=coordinator, participation=part, now=timezone.now())

    acts = [end, cancelled] if when == "before" else [cancelled, end]
    for act in acts:
        act()

    let_in()

    assert "Cancelled: Registries" not in mailed(member)


def test_who_has_left_the_portal_is_written_nothing(cancelled, coordinator, other_member, clock):
    """Not even where the invitation did not come from a membership, which would have ended."""
    depart_member(actor=coordinator, member=other_member, now=timezone.now())
    clock.shift(HOUR)

    cancelled()
    clock.shift(HOUR)
    reinstate_member(actor=coordinator, member=other_member)
    clock.shift(HOUR)
    deliver()

    assert not OutgoingMail.objects.filter(member=other_member, kind="event_cancelled").exists()
    assert list(differences(timezone.now())) == []


def test_who_is_suspended_while_many_are_being_told_hears_it_when_let_in_again(
    event, cancelled, let_in, coordinator, member, other_member, monkeypatch
):
    monkeypatch.setattr(announcements, "AT_ONCE", 0)
    cancelled()
    suspend_member(actor=coordinator, member=other_member)
    announcements.expand_waiting(timezone.now())
    deliver()
    assert mailbox.outbox == []

    let_in()
    reinstate_member(actor=coordinator, member=other_member)
    deliver()

    assert mailed(member) == mailed(other_member) == ["Cancelled: Registries"]


def test_pages_that_ask_before_cancelling_count_those_who_are_told_now(client, event, coordinator):
    client.force_login(coordinator)

    for url in (f"{event.get_absolute_url()}cancel/", f"/admin/events/event/{event.pk}/cancel/"):
        page = client.get(url).text
        assert "Otto" in page or "other@example.org" in page
        assert "Mina" not in page
    answer = client.post(f"{event.get_absolute_url()}cancel/", {"reason": ""}, follow=True)

    assert "1 person will be told" in answer.text


@pytest.mark.parametrize("is_back", [False, True])
def test_suspended_member_for_whom_nothing_was_written_is_found(cancelled, let_in, member, event, clock, is_back):
    cancelled()
    OutgoingMail.objects.filter(member=member, kind="event_cancelled").delete()
    announcement = Announcement.objects.get(kind="event_cancelled")
    announcement.member_ids.remove(member.pk)
    announcement.save()

    if is_back:
        let_in()

    assert list(differences(timezone.now())) == [
        f"event {event.pk}: member {member.pk} was not told by announcement {announcement.pk} (event_cancelled)"
    ]
