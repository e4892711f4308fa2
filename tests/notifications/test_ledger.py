"""check_ledger: silent when all is well, and finding exactly what was planted, for every kind and every state."""

from datetime import timedelta

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.core.tokens import new_nonce
from apps.members.actions import suspend_member
from apps.members.models import Member
from apps.notifications.kinds import KINDS
from apps.notifications.ledger import differences
from apps.notifications.models import Announcement, Hold, OutgoingMail, Reminder
from apps.notifications.purge import purge_bodies
from tests.make import NOW, make_member
from tests.properties.history import History, lived_once

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

# What is said when the only row of a kind is taken out; {member}, {event} and so on are those of the row.
MISSING = {
    "account": "",  # nothing but itself says that somebody asked for a code
    "invitation": "invitation {about}: no mail was written in round 1",
    "invitation_follow_up": "invitation {about}: its follow-up went out and no mail was written",
    "join_declined": "request to join {about}: no mail was written that it was declined",
    "event_invitation": "event {about}: member {member} was invited and no invitation was written",
    "event_trial": "announcement {announcement} (event_trial) has no mail for member {member}",
    "event_reminder": "event {about}: member {member} was not reminded by {rule}",
    "event_answer_request": "event {about}: member {member} was not reminded by {rule}",
    "event_changed": "announcement {announcement} (event_changed) has no mail for member {member}",
    "event_cancelled": "announcement {announcement} (event_cancelled) has no mail for member {member}",
    "event_withdrawn": "event {about}: the invitation of member {member} was taken back and no mail was written",
    "event_seat": "event {about}: member {member} got a seat from the waiting list and was not told",
    "event_message": "announcement {announcement} (event_message) has no mail for member {member}",
    "circulation_invitation": "circulation {about}: member {member} is asked and no request was written",
    "circulation_reminder": "circulation {about}: member {member} was not reminded by {rule}",
    "circulation_changed": "announcement {announcement} (circulation_changed) has no mail for member {member}",
    "circulation_cancelled": "announcement {announcement} (circulation_cancelled) has no mail for member {member}",
    "circulation_summary": "announcement {announcement} (circulation_summary) has no mail for member {member}",
    "comments_resolved": "announcement {announcement} (comments_resolved) has no mail for member {member}",
    "publication_published": "announcement {announcement} (publication_published) has no mail for member {member}",
    "post_reported": "discussion {about}: a post was reported and nobody was told",
    "thread_post": "discussion {about}: not everybody was told by {rule}",
    "thread_addressed": "discussion {about}: not everybody was told by {rule}",
    "thread_batch": "discussion {about}: not everybody was told by {rule}",
}
# What is said of a copy under another occasion.
DOUBLED = {
    "account": "mail {first} stands in the ledger 2 times under one Message-ID",
    "invitation": "mail {pk} (invitation) belongs to no round of its invitation",
    "join_declined": "mail {pk} (join_declined) answers no request that was declined",
    "post_reported": "mail {pk} (post_reported) tells of no report",
    "event_withdrawn": "mail {pk} (event_withdrawn) tells of an invitation that was not taken back then",
    "event_seat": "mail {pk} (event_seat) tells of a seat that was not given",
}
# Mails to bare addresses: no member stands behind them.
UNADDRESSED = {"invitation", "invitation_follow_up", "join_declined"}
OF_A_REMINDER = "mail {pk} ({kind}) reminds of something else than its reminder ({rule})"
OF_AN_ANNOUNCEMENT = "mail {pk} ({kind}) says something else than announcement {announcement}"
LYING = "mail {pk} ({kind}) was due at 2027-03-01 08:00Z and has not been sent"
HELD = "mail {pk} ({kind}) is held by a worker that is gone"
UNEXPLAINED = "mail {pk} ({kind}) ended as {state} and does not say why"
UNSENT = ("suppressed", "missed", "failed", "unclear", "cancelled")


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    yield from lived_once(django_db_blocker)


@pytest.fixture
def history(month, db):
    """The month as it was; what a test does to it is undone after it."""
    return month


def found(now=NOW):
    return list(differences(now))


def one(kind):
    return OutgoingMail.objects.filter(kind=kind).earliest("pk")


def words(mail, **more):
    """What the sentences are made of."""
    facts = {"kind": mail.kind, "pk": mail.pk, "about": mail.about_id, "member": mail.member_id}
    rule = mail.reminder.rule if mail.reminder else ""
    return {**facts, "announcement": mail.announcement_id, "rule": rule, **more}


def double(mail):
    """A second row for the same saying: a new Message-ID where the first has one of its own to be told from."""
    first, known = mail.pk, mail.message_id
    mail.pk, mail.occasion = None, f"{mail.occasion}-again"
    mail.message_id = known if mail.kind == "account" else f"<{new_nonce()}@example.org>"
    mail.save(force_insert=True)
    template = OF_A_REMINDER if mail.reminder else DOUBLED.get(mail.kind, OF_AN_ANNOUNCEMENT)
    return template.format(**words(mail, first=first))


def set_state(mail, state):
    """Put a row into a state, and back in time where it is not a final one; one that ends unsent says why."""
    OutgoingMail.objects.filter(pk=mail.pk).update(
        state=state,
        reason="planted" if state in UNSENT else "",
        due_at=NOW - HOUR,
        lease_until=NOW - HOUR if state in ("claimed", "sending") else None,
    )
    mail.refresh_from_db()


def test_all_is_well_after_an_ordinary_month(history):
    assert {mail.kind for mail in OutgoingMail.objects.all()} == set(KINDS)
    assert {mail.state for mail in OutgoingMail.objects.all()} == {"sent"}

    assert found() == []


def test_every_kind_has_a_planted_difference():
    """A new kind needs its line above, and a check that finds it missing."""
    assert set(MISSING) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(set(MISSING) - {"account"}))
def test_missing_row_is_found(history, kind):
    mail = one(kind)
    sentence = MISSING[kind].format(**words(mail))

    mail.delete()

    assert found() == [sentence]


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_in_every_state_what_lies_or_stands_there_twice_is_found(history, kind):
    mail = one(kind)
    lying = {"queued": LYING, "claimed": HELD, "sending": HELD}

    seen, expected = {}, {}
    for state in OutgoingMail.State.values:
        with transaction.atomic():
            set_state(mail, state)
            expected[state] = [lying[state].format(**words(mail))] if state in lying else [double(one(kind))]
            seen[state] = found()
            transaction.set_rollback(True)

    assert seen == expected


@pytest.mark.parametrize("state", UNSENT)
@pytest.mark.parametrize("kind", ["event_invitation", "circulation_invitation", "account"])
def test_mail_that_ended_unsent_without_a_reason_is_found(history, kind, state):
    """As a stray UPDATE would leave it: the row is there and its reader never got it."""
    mail = one(kind)

    OutgoingMail.objects.filter(pk=mail.pk).update(state=state, sent_at=None, sent_to="", server_reply="")

    assert found() == [UNEXPLAINED.format(**words(mail, state=state))]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - UNADDRESSED))
def test_row_handed_to_another_member_is_found(history, kind):
    mail = one(kind)
    other = next(person for person in history.people if person.pk != mail.member_id)

    OutgoingMail.objects.filter(pk=mail.pk).update(member=other)

    assert [text for text in found() if "somebody else" in text] == [
        f"mail {mail.pk} ({kind}) was written to somebody else than member {other.pk}"
    ]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"account"}))
def test_mail_about_nothing_is_found(history, kind):
    mail = one(kind)

    OutgoingMail.objects.filter(pk=mail.pk).update(about_type=None)

    assert f"mail {mail.pk} ({kind}) is about nothing" in found()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_mail_sent_too_late_is_found(history, kind):
    mail = one(kind)

    OutgoingMail.objects.filter(pk=mail.pk).update(expires_at=mail.sent_at - HOUR)

    assert found() == [f"mail {mail.pk} ({kind}) was sent when it was too late to be of use"]


@pytest.mark.parametrize("kind", sorted(set(KINDS) - UNADDRESSED - {"event_cancelled"}))
def test_mail_sent_to_a_suspended_member_is_found(history, kind):
    mail = one(kind)
    if mail.member == history.staff:
        make_member(is_staff=True)
    suspend_member(actor=None, member=mail.member)

    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=NOW + HOUR, expires_at=NOW + DAY)

    assert found() == [f"mail {mail.pk} ({kind}) was sent to a closed account"]


def test_mail_on_its_way_at_the_suspension_is_excused(history):
    mail = one("event_message")
    suspend_member(actor=history.staff, member=mail.member)

    OutgoingMail.objects.filter(pk=mail.pk).update(sent_at=NOW + timedelta(seconds=30), expires_at=NOW + DAY)

    assert found() == []


def test_body_of_an_account_mail_that_was_not_blanked_is_found(history):
    mail = one("account")

    OutgoingMail.objects.filter(pk=mail.pk).update(sealed=b"secret")

    assert found() == [f"mail {mail.pk} (account) has ended and its sealed body is still there"]


def test_mail_that_waits_behind_another_one_is_not_late_itself(history):
    later = one("event_seat")
    earlier = OutgoingMail.objects.get(kind="event_invitation", about_key=later.about_key, member=later.member)
    set_state(later, "queued")
    assert found() == [LYING.format(**words(later))]

    OutgoingMail.objects.filter(pk=earlier.pk).update(state="queued", due_at=NOW + HOUR)

    assert found() == []


def test_member_lost_from_an_announcement_is_found_by_the_event(history):
    """Row and id are both gone: only the event still knows who it concerns."""
    mail = one("event_changed")
    announcement = mail.announcement
    announcement.member_ids = [pk for pk in announcement.member_ids if pk != mail.member_id]
    announcement.save(update_fields=["member_ids"])
    mail.delete()

    assert found() == [
        f"event {mail.about_id}: member {mail.member_id} was not told by announcement {announcement.pk} (event_changed)"
    ]


@pytest.mark.parametrize(
    ("model", "fields", "sentence"),
    [
        (Announcement, {"state": "waiting", "updated_at": NOW - HOUR, "position": 1}, "has 1 members left to tell"),
        (Announcement, {"state": "failed", "reason": "ValueError"}, "(event_message) failed: ValueError"),
        (Reminder, {"state": "failed", "reason": "ValueError"}, "failed: ValueError"),
        (Reminder, {"state": "scheduled", "due_at": NOW - HOUR}, "lies still"),
    ],
)
def test_work_that_lies_or_failed_is_found(history, model, fields, sentence):
    row = one("event_message").announcement if model is Announcement else one("event_reminder").reminder

    model.objects.filter(pk=row.pk).update(**fields)

    assert len([text for text in found() if sentence in text and f" {row.pk} " in text]) == 1


def test_what_a_hold_keeps_back_is_not_forgotten(history):
    mail = one("event_message")
    set_state(mail, "queued")
    assert found() == [LYING.format(**words(mail))]

    Hold.objects.create(made_at=NOW, reason="restored")

    assert found() == []


def test_bodies_forgotten_after_ninety_days_are_no_difference(history):
    later = NOW + 91 * DAY
    history.pass_until(later)

    purge_bodies(later)

    assert not Announcement.objects.exclude(member_ids=[]).exists()
    assert found(later) == []


def test_people_who_were_deleted_are_no_difference(history):
    Member.objects.filter(pk__in=[person.pk for person in history.people]).delete()

    assert OutgoingMail.objects.filter(member=None, recipient_key__startswith="member:").exists()
    assert found() == []


def test_cost_does_not_grow_with_the_number_of_mails(history):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert found() == []
        return len(queries)

    ContentType.objects.clear_cache()
    found()
    before = cost()
    History(staff=history.staff)

    assert cost() == before


def test_command_exits_one_with_differences_and_zero_without(history, capsys):
    call_command("check_ledger")
    assert capsys.readouterr().out == "No differences.\n"

    one("event_invitation").delete()

    with pytest.raises(SystemExit, match="1"):
        call_command("check_ledger")
    assert "no invitation was written" in capsys.readouterr().out


def test_command_says_so_when_nothing_was_ever_sent(db, capsys):
    call_command("check_ledger")

    assert capsys.readouterr().out == "No differences.\n"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"state": "sent", "sent_at": None}, "mail {pk} ({kind}) is marked as sent, and never left"),
        ({"state": "claimed", "lease_until": None}, "mail {pk} ({kind}) is held by a worker that is gone"),
        ({"state": "sending", "lease_until": None}, "mail {pk} ({kind}) is held by a worker that is gone"),
    ],
)
def test_mail_that_only_says_it_is_done_or_held_is_found(history, changes, sentence):
    mail = one("event_invitation")

    OutgoingMail.objects.filter(pk=mail.pk).update(**changes)

    assert sentence.format(pk=mail.pk, kind=mail.kind) in found()
