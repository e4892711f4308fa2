import pytest

from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import prepare_invitation, resend_invitation, revoke_invitation, send_invitation
from apps.members.models import Invitation, Member
from apps.members.models.invitation import FOLLOW_UP_BEFORE_EXPIRY, VALID_FOR
from apps.members.permissions import Role
from apps.notifications import reminders
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import address_key
from tests.make import make_invitation, make_member, make_topic

State = Invitation.State


def prepare(actor, group, address="Guest@Example.NET", **values):
    return prepare_invitation(actor=actor, group=group, address=address, **values)


def test_prepare_keeps_the_values_and_mails_nothing(coordinator, group):
    topic = make_topic()

    invitation = prepare(coordinator, group, role=Role.OBSERVER, name="Gita Guest", topics=[topic])

    invitation.refresh_from_db()
    assert (invitation.address, invitation.role, invitation.name) == ("guest@example.net", "observer", "Gita Guest")
    assert invitation.state == State.PREPARED
    assert invitation.invited_by == coordinator
    assert list(invitation.topics.all()) == [topic]
    assert not OutgoingMail.objects.exists()
    assert AuditEntry.objects.get().detail == "prepared"


@pytest.mark.parametrize("who", ["chair", "member", "observer", "other_member"])
def test_prepare_is_for_the_secretariat(request, group, who):
    with pytest.raises(Refused):
        prepare(request.getfixturevalue(who), group)


def test_prepare_refuses_who_is_there_invited_or_closed(coordinator, group, member, suspended):
    prepare(coordinator, group)

    for address in ("MEMBER@example.org", "guest@example.net", "Suspended@example.org"):
        with pytest.raises(Refused):
            prepare(coordinator, group, address)

    assert Invitation.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["", "nobody", "a\x00@example.org", "a@example.org\nBcc: b@example.org", "ſtaff@example.org"]
)
def test_prepare_refuses_what_is_no_address(coordinator, group, address):
    with pytest.raises(Refused):
        prepare(coordinator, group, address)


@pytest.mark.parametrize("name", ["a\nb", "x" * 151, "\u202eevil"])
def test_prepare_refuses_a_name_that_could_do_harm(coordinator, group, name):
    with pytest.raises(Refused):
        prepare(coordinator, group, name=name)


def test_send_writes_one_mail_to_the_bare_address_and_plans_the_follow_up(coordinator, group, now):
    invitation = prepare(coordinator, group)
    nonce = invitation.nonce

    send_invitation(actor=coordinator, invitation=invitation, now=now)

    invitation.refresh_from_db()
    assert (invitation.state, invitation.round, invitation.sent_at) == (State.SENT, 1, now)
    assert invitation.expires_at == now + VALID_FOR
    assert invitation.nonce != nonce
    mail = OutgoingMail.objects.get()
    assert (mail.kind, mail.occasion, mail.recipient_key) == ("invitation", "round:1", address_key("guest@example.net"))
    assert mail.expires_at == invitation.expires_at
    follow_up = Reminder.objects.get()
    assert follow_up.due_at == invitation.expires_at - FOLLOW_UP_BEFORE_EXPIRY
    assert (follow_up.kind, follow_up.anchor_at) == ("invitation_follow_up", invitation.expires_at)


def test_send_twice_sends_once(coordinator, group, now):
    invitation = prepare(coordinator, group)
    copy = Invitation.objects.get()
    send_invitation(actor=coordinator, invitation=invitation, now=now)

    with pytest.raises(Refused):
        send_invitation(actor=coordinator, invitation=copy, now=now)

    assert OutgoingMail.objects.count() == 1


def test_resend_kills_the_older_link_and_cancels_the_unsent_mail(coordinator, group, now):
    invitation = send_invitation(actor=coordinator, invitation=prepare(coordinator, group), now=now)
    old_token = invitation.token

    resend_invitation(actor=coordinator, invitation=invitation, now=now + VALID_FOR)

    assert Invitation.from_token(old_token) is None
    assert Invitation.from_token(invitation.token) == invitation
    assert list(OutgoingMail.objects.order_by("pk").values_list("occasion", "state")) == [
        ("round:1", "cancelled"),
        ("round:2", "queued"),
    ]
    assert Reminder.objects.get(state="scheduled").anchor_at == now + 2 * VALID_FOR


def test_resend_refuses_what_was_never_sent_accepted_or_revoked(coordinator, group, now):
    for state in (State.PREPARED, State.ACCEPTED, State.REVOKED):
        invitation = make_invitation(group=group, state=state)

        with pytest.raises(Refused):
            resend_invitation(actor=coordinator, invitation=invitation, now=now)

    assert not OutgoingMail.objects.exists()


def test_revoke_cancels_mail_and_follow_up(coordinator, group, now):
    invitation = send_invitation(actor=coordinator, invitation=prepare(coordinator, group), now=now)

    revoke_invitation(actor=coordinator, invitation=invitation)

    invitation.refresh_from_db()
    assert invitation.state == State.REVOKED
    assert not invitation.is_open(now)
    assert OutgoingMail.objects.get().state == "cancelled"
    assert Reminder.objects.get().state == "cancelled"
    with pytest.raises(Refused):
        revoke_invitation(actor=coordinator, invitation=invitation)


def test_mails_say_who_what_until_when_and_hold_the_link(coordinator, group, now, mailoutbox):
    invitation = prepare(coordinator, group, name="Gita Guest", paragraph="We met in Bonn.", time_zone="Asia/Kathmandu")
    send_invitation(actor=coordinator, invitation=invitation, now=now)
    Courier(lambda: now).deliver(seconds=5)
    due_at = invitation.expires_at - FOLLOW_UP_BEFORE_EXPIRY
    reminders.send_out_due(due_at)
    Courier(lambda: due_at).deliver(seconds=5)

    first, follow_up = mailoutbox
    html = first.alternatives[0].content
    for body in (first.body, html):
        assert f"/invitation/{invitation.token}/" in body
        assert "Cora Coordinator" in body
        assert "Working group" in body
        assert "We met in Bonn." in body
        assert "UTC+5:45" in body
        assert "Dear Gita Guest" in body
    assert first.to == follow_up.to == ["guest@example.net"]
    assert first.subject == "Invitation: Working group"
    assert follow_up.subject == "Still open: invitation to Working group"
    assert invitation.token in follow_up.body
    assert invitation.token not in "".join(OutgoingMail.objects.values_list("text_body", flat=True))


def test_no_follow_up_goes_to_who_accepted(coordinator, group, now, mailoutbox):
    invitation = send_invitation(actor=coordinator, invitation=prepare(coordinator, group), now=now)
    Invitation.objects.update(state=State.ACCEPTED)

    reminders.send_out_due(invitation.expires_at - FOLLOW_UP_BEFORE_EXPIRY)

    assert not OutgoingMail.objects.filter(kind="invitation_follow_up").exists()


def test_someone_with_an_account_elsewhere_can_be_invited(coordinator, group, other_member):
    invitation = prepare(coordinator, group, other_member.email)

    assert invitation.state == State.PREPARED
    assert Member.objects.with_address("Other@Example.org").get() == other_member


def test_address_taken_meanwhile_is_not_mailed(coordinator, group, now):
    invitation = prepare(coordinator, group)
    make_member("guest@example.net", group=group)

    with pytest.raises(Refused):
        send_invitation(actor=coordinator, invitation=invitation, now=now)

    assert not OutgoingMail.objects.exists()
