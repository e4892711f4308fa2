"""Asking to join, and the secretariat's answer: an invitation, or a reason why not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.invitations import prepare_invitation, send_invitation
from apps.members.actions.rights import require
from apps.members.managers import normalised_address
from apps.members.models import Group, Invitation, JoinRequest, LegalText, Member
from apps.notifications import outbox

DECLINED_KIND = "join_declined"
DECLINED_OCCASION = "declined"
KEPT_FOR = timedelta(days=180)

_CARRIED = ("name", "organisation", "stakeholder_group", "country", "language")

State = JoinRequest.State


def ask_to_join(*, actor: Member | None, address: str, agreed_to: LegalText, **values: Any) -> None:
    """Note a request (``values``: further fields of ``JoinRequest``). Mails nothing: nobody has proved the address.

    While one waits for the address, another changes nothing. Returns nothing and costs the same one query in every
    case, so that the caller can not tell known addresses from new ones. Refused for members.
    """
    if actor is not None:
        raise Refused(_("You are a member already."))
    row = JoinRequest(address=normalised_address(address), agreed_to=agreed_to, **values)
    JoinRequest.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def approve_join_request(
    *, actor: Member | None, join_request: JoinRequest, group: Group, role: str, now: datetime
) -> Invitation:
    """Invite the person to the group with what they told. Refused like any invitation; then the request waits on."""
    require(actor, "members.decide_joinrequest", join_request)
    _decide(join_request, State.APPROVED, actor, now)
    known = {field: getattr(join_request, field) for field in _CARRIED}
    try:
        invitation = prepare_invitation(actor=actor, group=group, address=join_request.address, role=role, **known)
    except IntegrityError as clash:  # Somebody else invites the person, since it was looked at.
        raise Refused(_("This address has an open invitation to the group already.")) from clash
    send_invitation(actor=actor, invitation=invitation, now=now)
    JoinRequest.objects.filter(pk=join_request.pk).update(invitation=invitation)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=join_request, detail="request approved")
    return invitation


@transaction.atomic
def decline_join_request(
    *, actor: Member | None, join_request: JoinRequest, reason: str, tells: bool, now: datetime
) -> None:
    """Close the request. ``tells``: the reason goes to the address by mail, else nobody hears of it."""
    require(actor, "members.decide_joinrequest", join_request)
    if tells and not reason.strip():
        raise Refused(_("Please give the reason that is to be mailed."))
    _decide(join_request, State.DECLINED, actor, now, reason=reason.strip(), is_told=tells)
    if tells:
        recipient = join_request.mail_recipient(join_request.address)
        outbox.notify(DECLINED_KIND, join_request, [recipient], DECLINED_OCCASION)
    audit.record(AuditEntry.Event.INVITATION, actor=actor, about=join_request, detail="request declined")


def forget_decided_requests(now: datetime) -> int:
    """Blank what the person typed and the reason, long after the decision; return of how many. One query."""
    old = JoinRequest.objects.decided_before(now - KEPT_FOR).exclude(address="")
    return old.update(name="", address="", organisation="", country="", motivation="", reason="")


def _decide(join_request: JoinRequest, state: State, actor: Member | None, now: datetime, **more: Any) -> None:
    """Move the request on, but only from waiting: of two who decide at once, one does."""
    fields = {"state": state, "decided_by": actor, "decided_at": now, **more}
    if not JoinRequest.objects.waiting().filter(pk=join_request.pk).update(**fields):
        raise Refused(_("Somebody has decided this request meanwhile. Reload the page to see how."))
