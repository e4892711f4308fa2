"""From the ledger row to the message on the wire, with Django's in-memory mailer."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.core import mail as mailbox
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.events.actions import cancel_event, schedule_event
from apps.members.models import Member
from apps.notifications import claims, delivery, facts, lease, outbox
from apps.notifications.delivery import Courier
from apps.notifications.facts import FEW
from apps.notifications.models import Notification, OutgoingMail, Preference, Suppression
from apps.notifications.models.mail import Priority
from apps.notifications.recipients import recipient_of
from apps.notifications.render import render_sealed
from apps.notifications.transport import Channel
from tests.make import NOW, make_event, make_group, make_member, make_participation
from tests.notifications.away import fail_while_away

State = OutgoingMail.State
pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    return make_event(group=group, title="Authorisation in practice", starts_at=NOW + timedelta(days=30))


def deliver(now=NOW + timedelta(minutes=1)):
    return Courier(lambda: now).deliver(seconds=20)


def invite(event, *people, occasion="invited:a"):
    for person in people:
        if not event.participations.filter(member=person).exists():
            make_participation(event=event, member=person)
    return outbox.notify(
        "event_invitation",
        event,
        [recipient_of(person) for person in people],
        occasion,
        due_at=NOW,
        expires_at=event.starts_at,
    )


def states():
    return list(OutgoingMail.objects.order_by("pk").values_list("state", flat=True))


def test_notify_asked_twice_sends_once(event, member):
    invite(event, member)
    invite(event, member)

    deliver()
    deliver()

    assert [message.to for message in mailbox.outbox] == [["member@example.org"]]
    assert states() == [State.SENT]
    assert Notification.objects.count() == 1


def test_notify_after_cancelling_opens_the_row_again(event, member):
    invite(event, member)
    OutgoingMail.objects.about(event).cancel("changed our mind")
    deliver()
    assert mailbox.outbox == []

    invite(event, member)
    deliver()

    assert len(mailbox.outbox) == 1
    assert states() == [State.SENT]


def test_sent_mail_has_the_headers_of_the_sheet(event, member):
    invite(event, member)

    deliver()

    message = mailbox.outbox[0].message()
    assert message["Subject"] == "Invitation: Authorisation in practice"
    assert message["To"] == "member@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == OutgoingMail.objects.get().message_id
    assert message["List-Unsubscribe"] is None
    assert [part.get_content_type() for part in message.walk() if not part.is_multipart()] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]


def test_body_is_kept_with_a_placeholder_and_sent_with_the_token(event, member):
    invite(event, member)
    part = event.participations.get()

    deliver()

    row = OutgoingMail.objects.get()
    assert part.token not in row.text_body + row.html_body
    assert part.placeholder in row.text_body
    assert f"/rsvp/{part.token}/" in mailbox.outbox[0].body


def test_revoked_link_cancels_the_written_mail(event, member):
    invite(event, member)
    row = OutgoingMail.objects.get()
    deliver_fails_once(row)
    part = event.participations.get()
    part.renew_nonce()
    part.save()

    deliver(NOW + timedelta(hours=1))

    row.refresh_from_db()
    assert (row.state, row.reason) == (State.CANCELLED, "a link in it was revoked")
    assert mailbox.outbox == []


@pytest.mark.parametrize(("visibility", "is_named"), [("members", True), ("coordinators", False)])
def test_mail_names_the_group_to_those_who_may_see_that_group(member, visibility, is_named):
    hidden = make_group(name="Zq7 task force", visibility=visibility)
    event = make_event(group=hidden, starts_at=NOW + timedelta(days=30))
    invite(event, member)

    deliver()

    [message] = mailbox.outbox
    parts = message.body + message.alternatives[0].content + message.attachments[0].content
    assert ("Zq7" in parts) == is_named
    assert ("You are invited to take part." in message.body) != is_named


LOOK_ALIKE = "~~events.event.1.aaaaaaaa~~"


@pytest.mark.parametrize("typed", [LOOK_ALIKE, "~~no.such.7.aaaaaaaa~~", f"~~{LOOK_ALIKE}~~"])
def test_what_somebody_typed_in_the_form_of_a_link_stops_no_mail_and_is_read_as_typed(event, member, typed):
    type(event).objects.update(title=typed, lead=typed)
    invite(event, member)
    part = event.participations.get()

    deliver()

    assert states() == [State.SENT]
    [message] = mailbox.outbox
    html, calendar = message.alternatives[0].content, message.attachments[0].content
    assert message.subject == f"Invitation: {typed}"
    assert f"SUMMARY:{typed}" in calendar
    for body in (message.body, html):
        assert body.replace("\u2060", "").count(typed) == 2
        assert f"/rsvp/{part.token}/" in body


def test_what_somebody_typed_in_the_form_of_a_link_stops_no_security_mail(member):
    member.name = LOOK_ALIKE
    subject, text, html = render_sealed("mail/account", recipient_of(member), {})
    outbox.notify_sealed(recipient_of(member), subject, text, html)

    deliver()

    assert states() == [State.SENT]
    assert f"Dear {LOOK_ALIKE}," in mailbox.outbox[0].body.replace("\u2060", "")


def deliver_fails_once(row):
    """Leave the row as a first attempt with a temporary refusal leaves it: written and queued again."""
    part = row.about.participations.get()
    OutgoingMail.objects.filter(pk=row.pk).update(
        text_body=f"answer at {part.placeholder}", html_body="<p></p>", written_at=NOW, attempts=1
    )


@pytest.mark.parametrize("status", [Member.Status.SUSPENDED, Member.Status.DEPARTED])
def test_member_without_access_gets_nothing(event, member, status):
    invite(event, member)
    member.become(status)

    deliver()

    assert mailbox.outbox == []
    assert states() == [State.CANCELLED]


def test_member_who_left_the_group_gets_nothing(event, member, group):
    make_participation(event=event, member=member, via_group=group)
    invite(event, member)
    member.memberships.update(ended_on=NOW.date())

    deliver()

    assert (mailbox.outbox, states()) == ([], [State.SUPPRESSED])


def test_suppressed_address_gets_security_mail_only(event, member):
    Suppression.objects.create(address="MEMBER@example.org")
    invite(event, member)
    outbox.notify_sealed(recipient_of(member), "Code", "Your code: 123456", "<p>Your code: 123456</p>")

    deliver()

    assert [message.subject for message in mailbox.outbox] == ["Code"]


def test_security_mail_is_sealed_then_blanked(member):
    row = outbox.notify_sealed(recipient_of(member), "Code", "Your code: 123456", "<p>123456</p>")
    row.refresh_from_db()
    assert b"123456" not in bytes(row.sealed)
    assert row.text_body == row.subject == row.html_body == ""

    deliver()

    row.refresh_from_db()
    assert "123456" in mailbox.outbox[0].body
    assert (bytes(row.sealed), row.text_body, row.html_body, row.subject) == (b"", "", "", "")


def test_security_mail_goes_before_ten_older_invitations(event, group):
    people = [make_member(group=group) for _number in range(10)]
    invite(event, *people)
    outbox.notify_sealed(recipient_of(people[0]), "Code", "text", "<p>html</p>")

    deliver()

    assert mailbox.outbox[0].subject == "Code"
    assert len(mailbox.outbox) == 11


def test_login_code_is_claimed_before_ten_thousand_older_invitations(event, member):
    """Whatever their age: no more than what is claimed already stands between it and its reader."""
    OutgoingMail.objects.bulk_create(
        OutgoingMail(
            recipient_key=f"member:{number}",
            kind="event_invitation",
            about_key=f"events.event:{event.pk}",
            priority=Priority.BULK,
            due_at=NOW - timedelta(days=1),
            expires_at=event.starts_at,
            message_id=f"<{number}@example.org>",
        )
        for number in range(10_000)
    )
    _token, before = claims.claim(NOW)
    code = outbox.notify_sealed(recipient_of(member), "Code", "text", "<p>html</p>")

    _token, after = claims.claim(NOW + timedelta(minutes=1))

    assert len(before) == claims.BATCH
    assert after[0] == code
    assert {mail.priority for mail in (*before, *after[1:])} == {Priority.BULK}


def test_login_code_waits_for_a_few_of_the_mails_that_are_claimed_already(event, group, monkeypatch):
    monkeypatch.setattr(facts, "_monotonic", lambda: 0.0)
    people = [make_member(group=group) for _number in range(2 * FEW)]
    invite(event, *people)
    send = Channel.send

    def send_and_ask(channel, message, before_command):
        if not mailbox.outbox:
            outbox.notify_sealed(recipient_of(people[0]), "Code", "text", "<p>html</p>")
        return send(channel, message, before_command)

    monkeypatch.setattr(Channel, "send", send_and_ask)

    deliver()

    assert [message.subject for message in mailbox.outbox].index("Code") == FEW
    assert len(mailbox.outbox) == 2 * FEW + 1


def test_switched_off_kind_is_not_sent(event, member):
    make_participation(event=event, member=member)
    Preference.objects.create(member=member, kind="event_answer_request", cadence=Preference.Cadence.OFF)
    outbox.notify("event_answer_request", event, [recipient_of(member)], "x", due_at=NOW)

    deliver()

    assert (mailbox.outbox, states()) == ([], [State.SUPPRESSED])


def test_optional_kind_offers_one_click_unsubscribe(event, member):
    make_participation(event=event, member=member)
    outbox.notify("event_answer_request", event, [recipient_of(member)], "x", due_at=NOW)

    deliver()

    headers = mailbox.outbox[0].extra_headers
    token = OutgoingMail.objects.get().token
    assert headers["List-Unsubscribe"].endswith(f"/unsubscribe/{token}/>")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert token in mailbox.outbox[0].body


def test_expired_mail_is_missed(event, member):
    invite(event, member)

    deliver(event.starts_at + timedelta(minutes=1))

    assert states() == [State.MISSED]


def test_cancelled_event_takes_back_unsent_invitations_and_tells_only_the_told(event, coordinator, member, observer):
    invite(event, member)
    deliver()
    invite(event, observer)

    cancel_event(actor=coordinator, event=event, reason="No room.", now=NOW)
    deliver()

    assert [(message.to[0], message.subject) for message in mailbox.outbox] == [
        ("member@example.org", "Invitation: Authorisation in practice"),
        ("member@example.org", "Cancelled: Authorisation in practice"),
    ]
    assert "STATUS:CANCELLED" in mailbox.outbox[1].attachments[0].content


def test_unwritable_mail_is_parked_and_the_others_go(event, group, member, monkeypatch):
    poison = make_member("poison@example.org", group=group)
    invite(event, poison, member)
    written = type(event).mail_context

    def context(self, mail, recipient):
        if recipient.address.startswith("poison"):
            raise ValueError
        return written(self, mail, recipient)

    monkeypatch.setattr(type(event), "mail_context", context)

    deliver()

    assert states() == [State.FAILED, State.SENT]


def test_two_claims_never_share_a_row(event, group):
    invite(event, *[make_member(group=group) for _number in range(3)])

    _token, first = claims.claim(NOW, limit=2)
    _token, second = claims.claim(NOW)

    assert len({row.pk for row in first + second}) == len(first) + len(second) == 3


def test_lapsed_claims_return_and_lapsed_sendings_follow_their_kind(event, member, observer):
    invite(event, member)
    outbox.notify("event_answer_request", event, [recipient_of(observer)], "x", due_at=NOW)
    make_participation(event=event, member=observer)
    _token, rows = claims.claim(NOW)
    OutgoingMail.objects.update(state=State.SENDING)

    claims.sweep(NOW + timedelta(minutes=2))

    assert [row.kind for row in rows] == ["event_invitation", "event_answer_request"]
    assert states() == [State.QUEUED, State.UNCLEAR]


def test_worker_that_wakes_up_late_changes_nothing(event, member):
    invite(event, member)
    _token, [row] = claims.claim(NOW)
    claims.sweep(NOW + timedelta(minutes=2))
    claims.claim(NOW + timedelta(minutes=2))

    assert row.finish(State.SENT) is False
    assert states() == [State.CLAIMED]


def test_cancellation_waits_for_an_unfinished_invitation(event, member):
    invite(event, member)
    claims.claim(NOW)
    outbox.notify("event_cancelled", event, [recipient_of(member)], "cancelled", due_at=NOW)

    _token, rows = claims.claim(NOW)

    assert rows == []


def test_row_present_at_five_deaths_is_parked(event, member):
    invite(event, member)
    for death in range(claims.MAX_LAPSES + 1):
        moment = NOW + timedelta(minutes=5 * death)
        claims.claim(moment)
        claims.sweep(moment + timedelta(minutes=2))

    assert states() == [State.FAILED]


def test_mail_rate_skips_the_domain_and_not_the_others(event, group, settings):
    settings.MAIL_RATE = 2
    people = [make_member(f"a{number}@slow.example", group=group) for number in range(4)]
    other = make_member("b@fast.example", group=group)
    invite(event, *people, other)

    deliver()
    sent_first = len(mailbox.outbox)
    deliver(NOW + timedelta(minutes=2))

    assert sent_first == 3
    assert len(mailbox.outbox) == 5


def test_mail_rate_never_holds_back_security_mail(event, group, settings):
    settings.MAIL_RATE = 1
    people = [make_member(f"a{number}@slow.example", group=group) for number in range(3)]
    invite(event, *people)
    for number, person in enumerate(people):
        outbox.notify_sealed(recipient_of(person), f"Code {number}", "text", "<p>html</p>")

    deliver()

    assert [message.subject for message in mailbox.outbox[:3]] == ["Code 0", "Code 1", "Code 2"]
    assert len(mailbox.outbox) == 4


def test_draft_scheduled_by_coordinator_is_announced_to_nobody(coordinator):
    event = make_event(group=make_group(), state="draft")

    schedule_event(actor=coordinator, event=event, now=NOW)

    assert states() == []


def test_sent_mail_is_marked_although_the_database_was_away_for_a_moment(event, member, observer, monkeypatch):
    invite(event, member, observer)
    release, faults = claims.release, [OperationalError("the connection is lost"), InterfaceError("closed")]

    def fail_twice(token):
        if faults:
            raise faults.pop()
        return release(token)

    monkeypatch.setattr(claims, "release", fail_twice)
    monkeypatch.setattr("apps.notifications.delivery.connection.close", lambda: None)
    monkeypatch.setattr("apps.notifications.delivery.RECONNECT_EVERY", 0)

    deliver()

    assert faults == []
    assert states() == [State.SENT, State.SENT]


def test_mail_sent_while_the_database_was_away_for_longer_is_marked_by_its_worker_and_not_sent_again(
    event, member, monkeypatch
):
    invite(event, member)
    moments = [NOW + timedelta(minutes=1)]
    courier = Courier(lambda: moments[-1])
    monkeypatch.setattr("apps.notifications.delivery.RECONNECT_FOR", 0)
    fail_while_away(monkeypatch, delivery, "_mark_sent", [True, True])
    for _time in range(2):
        with pytest.raises(OperationalError):
            courier.deliver(seconds=20)
    assert (len(mailbox.outbox), states()) == (1, [State.SENDING])

    moments.append(NOW + timedelta(hours=1))
    courier.deliver(seconds=20)

    assert (len(mailbox.outbox), states()) == (1, [State.SENT])
    assert OutgoingMail.objects.get().sent_at == moments[0]


def test_outcome_that_can_never_be_written_stops_no_other_mail(event, member, observer, monkeypatch):
    courier = Courier(lambda: NOW + timedelta(minutes=1))
    monkeypatch.setattr(delivery, "_mark_sent", lambda mail, **fields: 1 / 0)

    for person in (member, observer):
        invite(event, person)
        with pytest.raises(ZeroDivisionError):
            courier.deliver(seconds=20)

    assert [message.to for message in mailbox.outbox] == [["member@example.org"], ["observer@example.org"]]


def test_outcome_that_can_never_be_written_is_no_fault_of_the_next_mail(event, member, observer, monkeypatch):
    mark = delivery._mark_sent

    def mark_all_but_one(mail, **fields):
        if mail.member == member:
            raise ZeroDivisionError
        mark(mail, **fields)

    monkeypatch.setattr(delivery, "_mark_sent", mark_all_but_one)
    invite(event, member, observer)

    deliver()

    assert [message.to for message in mailbox.outbox] == [["member@example.org"], ["observer@example.org"]]
    assert states() == [State.SENDING, State.SENT]


def test_lease_given_by_a_clock_that_was_set_back_counts_as_run_out(event, member):
    invite(event, member)
    claims.claim(NOW + timedelta(hours=1))

    claims.sweep(NOW + timedelta(seconds=1))

    assert states() == [State.QUEUED]


@pytest.mark.django_db(transaction=True)
def test_worker_and_the_renewal_of_its_lease_never_wait_for_each_other(event, group, monkeypatch):
    """Renewing writes all rows of the batch, starting a mail writes two of them: in two orders that is a deadlock."""
    invite(event, *[make_member(group=group) for _number in range(6)])
    leases, threads, renewed = [], [], []
    enter, mark_sent, renew = lease.Lease.__enter__, delivery._mark_sent, lease.renew

    def enter_and_tell(this):
        leases.append(this)
        return enter(this)

    def mark_and_have_renewed(mail, **fields):
        is_first_of_two = connection.in_atomic_block
        mark_sent(mail, **fields)
        if is_first_of_two:
            threads.append(Thread(target=leases[-1]._renew))
            threads[-1].start()
            threads[-1].join(timeout=0.3)

    def renew_and_tell(*args):
        renewed.append(renew(*args))
        return renewed[-1]

    monkeypatch.setattr(lease.Lease, "__enter__", enter_and_tell)
    monkeypatch.setattr(delivery, "_mark_sent", mark_and_have_renewed)
    monkeypatch.setattr(lease, "renew", renew_and_tell)

    deliver()
    for thread in threads:
        thread.join()

    assert states() == [State.SENT] * 6
    assert len(renewed) == len(threads) == 5


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
def test_claims_sweeps_and_pauses_leave_alone_what_another_transaction_writes(event, group):
    invite(event, *[make_member(group=group) for _number in range(4)])
    mine = OutgoingMail.objects.order_by("pk").first()
    taken = Event()
    done = Event()

    def hold():
        with transaction.atomic():
            OutgoingMail.objects.select_for_update().get(pk=mine.pk)
            taken.set()
            done.wait(30)
        connection.close()

    thread = Thread(target=hold)
    thread.start()
    taken.wait(30)
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        OutgoingMail.objects.unsent().put_off(NOW + timedelta(seconds=1))
        _token, rows = claims.claim(NOW + timedelta(seconds=1))
        swept = claims.sweep(NOW + timedelta(minutes=2))
    finally:
        done.set()
        thread.join()
        connection.close()

    assert mine.pk not in {row.pk for row in rows}
    assert len(rows) == swept == 3
    mine.refresh_from_db()
    assert (mine.due_at, mine.state) == (NOW, State.QUEUED)


@pytest.mark.django_db
def test_mail_written_by_a_clock_that_was_set_back_since_does_not_wait_for_its_hour(time_machine, group):
    """A mail that is put off for an hour does."""
    event = make_event(group=group)
    time_machine.move_to(NOW, tick=False)
    outbox.notify("event_message", event, [recipient_of(make_member())], "put off")
    OutgoingMail.objects.update(due_at=NOW + timedelta(hours=1))
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    outbox.notify("event_message", event, [recipient_of(make_member())], "of the later clock")
    time_machine.move_to(NOW, tick=False)
    assert claims.claim(NOW)[1] == []

    assert claims.wake_from_the_future(NOW) == 1

    assert [mail.occasion for mail in claims.claim(NOW)[1]] == ["of the later clock"]
