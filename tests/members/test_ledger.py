"""check_ledger on invitations to the group."""

from datetime import timedelta

import pytest

from apps.members.actions import resend_invitation, revoke_invitation
from apps.members.models import Invitation
from apps.notifications.ledger import differences
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.recipients import address_key
from tests.make import NOW
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
