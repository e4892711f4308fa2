"""The mails about accounts and invitations with made-up ones, for the list of all kinds in the admin."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import SimpleNamespace

from django.conf import settings

from apps.members import accountmail
from apps.members.models import Group, Invitation, JoinRequest, Member
from apps.members.models.invitation import VALID_FOR
from apps.members.permissions import Role
from apps.notifications import samples
from apps.notifications.recipients import Recipient
from apps.notifications.render import SITE_NAME
from apps.notifications.samples import NOBODY_ID, Letter, letter_about


def offer() -> None:
    """Register. Called once, when the application is ready."""
    samples.register(_login_code, "account")
    samples.register(_invitation, "invitation", "invitation_follow_up")
    samples.register(_join_declined, "join_declined")


def _login_code(kind: str, recipient: Recipient, now: datetime) -> Letter:
    site = SimpleNamespace(name=SITE_NAME, domain=settings.SITE_HOST)
    words = {"request": None, "email": recipient.address, "current_site": site, "code": "ABCD-EFGH"}
    return Letter(*accountmail.written("account/email/login_code", recipient, words))


def _invitation(kind: str, recipient: Recipient, now: datetime) -> Letter:
    invitation = Invitation(
        pk=0,
        address=recipient.address,
        name=recipient.name,
        group=_group(),
        role=Role.MEMBER,
        invited_by=Member(pk=NOBODY_ID, name="The secretariat"),
        paragraph="We met at the sessions of the Subsidiary Bodies; your experience would help this group.",
        expires_at=now + VALID_FOR,
    )
    return letter_about(kind, invitation, _without_account(recipient), now)


def _join_declined(kind: str, recipient: Recipient, now: datetime) -> Letter:
    request = JoinRequest(pk=0, group=_group(), reason="The group is full until the end of this phase.")
    return letter_about(kind, request, replace(_without_account(recipient), name=""), now)


def _group() -> Group:
    return Group(pk=NOBODY_ID, name="Methodologies and baselines", slug="sample")


def _without_account(recipient: Recipient) -> Recipient:
    return replace(recipient, member_id=None)
