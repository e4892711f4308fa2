"""check_ledger on invitations to the group."""

from datetime import timedelta

import pytest

from apps.members.actions import decline_join_request, resend_invitation, revoke_invitation
from apps.members.models import Invitation
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import address_key
from tests.make import NOW, make_join_request
from tests.properties.history import lived_once

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def month(django_db_setup, django_db_blocker):
    yield from lived_once(django_db_blocker)


@pytest.fixture
def history(month, db):
    """The month as it was; what a test does to it is undone after it."""
    return month


@pytest.fixture
def invitation(history):
    return Invitation.objects.get(pk=history.invitation.pk)


def found():
    return list(differences(NOW))


@pytest.mark.parametrize("kind", ["invitation", "invitation_follow_up"])
def test_invitation_to_another_address_is_found(invitation, kind):
    mail = OutgoingMail.objects.get(kind=kind)

    OutgoingMail.objects.filter(pk=mail.pk).update(recipient_key=address_key("wrong@example.net"))

    assert found() == [f"mail {mail.pk} ({kind}) was not written to the address invited"]


def test_second_round_without_its_mail_is_found(history, invitation):
    resend_invitation(actor=history.staff, invitation=invitation, now=NOW)
    assert found() == []

    OutgoingMail.objects.get(kind="invitation", occasion="round:2").delete()

    assert found() == [f"invitation {invitation.pk}: no mail was written in round 2"]


def test_follow_up_not_planned_or_at_the_wrong_moment_is_found(history, invitation):
    resend_invitation(actor=history.staff, invitation=invitation, now=NOW)
    row = Reminder.objects.get(about_id=invitation.pk, anchor_at=invitation.expires_at, state="scheduled")

    Reminder.objects.filter(pk=row.pk).update(due_at=row.due_at + HOUR)
    assert found() == [f"invitation {invitation.pk}: its follow-up is planned for the wrong moment"]

    row.delete()
    assert found() == [f"invitation {invitation.pk}: its follow-up is not planned"]


def test_follow_up_without_a_reminder_behind_it_is_found(invitation):
    mail = OutgoingMail.objects.get(kind="invitation_follow_up")

    OutgoingMail.objects.filter(pk=mail.pk).update(reminder=None)

    assert f"mail {mail.pk} (invitation_follow_up) belongs to no round of its invitation" in found()


def test_revoked_invitation_is_well(history, invitation):
    revoke_invitation(actor=history.staff, invitation=invitation)

    assert found() == []


def decline(history, **fields):
    asked = make_join_request(**fields)
    decline_join_request(actor=history.staff, join_request=asked, reason="Full.", tells=True, now=NOW)
    return asked, OutgoingMail.objects.filter(kind="join_declined").latest("pk")


def test_declined_request_with_its_mail_is_in_order(history):
    decline(history)

    assert found() == []


def test_declined_request_without_its_mail_is_found(history):
    asked, mail = decline(history)
    mail.delete()

    assert found() == [f"request to join {asked.pk}: no mail was written that it was declined"]


def test_mail_of_a_request_that_was_not_declined_is_found(history):
    asked, mail = decline(history)
    type(asked).objects.filter(pk=asked.pk).update(is_told=False)

    assert found() == [f"mail {mail.pk} (join_declined) answers no request that was declined"]


def test_answer_to_another_address_is_found_while_the_address_is_kept(history):
    asked, mail = decline(history)
    OutgoingMail.objects.filter(pk=mail.pk).update(recipient_key=address_key("wrong@example.net"))
    assert found() == [f"mail {mail.pk} (join_declined) was not written to the address that asked"]

    type(asked).objects.update(address="")

    assert found() == []
