"""Turning the good rows of an imported list into prepared invitations, in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core import audit
from apps.core.models import AuditEntry
from apps.members.actions.invitations import go_out
from apps.members.actions.rights import require
from apps.members.importing import Remark, Row
from apps.members.models import Group, Invitation, Member

CHUNK = 500
# One commit for some mails: quick, and the database is not held for long.
SEND_CHUNK = 100


@dataclass(slots=True)
class Imported:
    """What became of the rows: invitations made, and remarks on rows the portal has already or can not take."""

    invitations: list[Invitation] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)


def import_rows(
    *, actor: Member | None, group: Group, rows: Iterable[Row], now: datetime, sends: bool, is_trial: bool = False
) -> Imported:
    """Prepare (``sends``: and mail) an invitation to the group for each row; a trial only says what would happen.

    Whoever is in the group or has an open invitation to it is reported and left as is. Three queries, four more for
    every 500 rows, and seven for each mail.
    """
    require(actor, "members.add_invitation")
    imported = _sorted_out(group, rows)
    if is_trial:
        return imported
    for start in range(0, len(imported.invitations), CHUNK):
        _prepare(imported.invitations[start : start + CHUNK], actor)
    if imported.invitations:
        done = "imported and sent" if sends else "imported"
        audit.record(
            AuditEntry.Event.INVITATION, actor=actor, about=group, detail=f"{done}: {len(imported.invitations)}"
        )
    if sends:
        _send(imported.invitations, now)
    return imported


def _sorted_out(group: Group, rows: Iterable[Row]) -> Imported:
    imported = Imported()
    present, closed = _present_addresses(group), _closed_addresses()
    invited = _invited_addresses(group)
    for row in rows:
        if row.address in closed:
            imported.faults.append(Remark(row.line, "email", _("this person has an account that is closed.")))
        elif row.address in present:
            imported.duplicates.append(
                Remark(row.line, "email", _("%(address)s is in the group already.") % {"address": row.address})
            )
        elif row.address in invited:
            imported.duplicates.append(
                Remark(row.line, "email", _("%(address)s is prepared or invited already.") % {"address": row.address})
            )
        else:
            imported.invitations.append(_invitation(group, row))
    return imported


def _invitation(group: Group, row: Row) -> Invitation:
    invitation = Invitation(group=group, address=row.address, **row.values)
    invitation.wanted_topic_ids = row.topic_ids  # type: ignore[attr-defined]  # kept until the row has an id
    return invitation


@transaction.atomic
def _prepare(invitations: list[Invitation], actor: Member | None) -> None:
    for invitation in invitations:
        invitation.invited_by = actor
    Invitation.objects.bulk_create(invitations)
    chosen = Invitation.topics.through
    chosen.objects.bulk_create(
        chosen(invitation_id=invitation.pk, topic_id=topic_id)
        for invitation in invitations
        for topic_id in invitation.wanted_topic_ids  # type: ignore[attr-defined]  # set above
    )


def _send(invitations: list[Invitation], now: datetime) -> None:
    for start in range(0, len(invitations), SEND_CHUNK):
        with transaction.atomic():
            for invitation in invitations[start : start + SEND_CHUNK]:
                go_out(invitation, Invitation.State.PREPARED, now, is_bulk=True)


def _present_addresses(group: Group) -> set[str]:
    members = group.memberships.filter(ended_on=None, member__is_active=True)
    return {address.lower() for address in members.values_list("member__email", flat=True)}


def _closed_addresses() -> set[str]:
    closed = Member.objects.filter(is_active=False)
    return {address.lower() for address in closed.values_list("email", flat=True)}


def _invited_addresses(group: Group) -> set[str]:
    states = (Invitation.State.PREPARED, Invitation.State.SENT)
    invited = group.invitations.filter(state__in=states).values_list("address", flat=True)
    return {address.lower() for address in invited}
