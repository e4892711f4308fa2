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
from apps.members.importcells import Known
from apps.members.importing import Remark, Row
from apps.members.models import Group, Invitation, Member, Topic

CHUNK = 500
# One commit for some mails: quick, and the database is not held for long.
SEND_CHUNK = 100


type Wanted = tuple[Row, Invitation]


@dataclass(slots=True)
class Imported:
    """What became of the rows: those that fit, the invitations made, and remarks on rows the portal has already or can
    not take.
    """

    wanted: list[Wanted] = field(default_factory=list)
    invitations: list[Invitation] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)


def import_rows(
    *, actor: Member | None, group: Group, rows: Iterable[Row], now: datetime, sends: bool, is_trial: bool = False
) -> Imported:
    """Prepare (``sends``: and mail) an invitation to the group for each row; a trial only says what would happen.

    Whoever is in the group or has an open invitation to it is reported and left as is. Three queries, five more for
    every 500 rows, and seven for each mail.
    """
    require(actor, "members.add_invitation")
    imported = _sorted_out(group, rows)
    if is_trial:
        return imported
    for start in range(0, len(imported.wanted), CHUNK):
        _prepare(imported.wanted[start : start + CHUNK], actor, imported)
    if imported.invitations:
        done = "imported and sent" if sends else "imported"
        audit.record(
            AuditEntry.Event.INVITATION, actor=actor, about=group, detail=f"{done}: {len(imported.invitations)}"
        )
    if sends:
        _send(imported.invitations, now)
    return imported


def known_to_import() -> Known:
    """Return what reading a file needs to know: the topics, by title and by short name. One query."""
    topics = {}
    for pk, slug, title in Topic.objects.values_list("pk", "slug", "title"):
        topics[title.casefold()] = topics[slug.casefold()] = pk
    return Known(topics)


def _sorted_out(group: Group, rows: Iterable[Row]) -> Imported:
    imported = Imported()
    present, closed = _present_addresses(group), _closed_addresses()
    invited = _invited_addresses(group)
    for row in rows:
        if row.address in present:
            imported.duplicates.append(
                Remark(row.line, "email", _("%(address)s is in the group already.") % {"address": row.address})
            )
        elif row.address in closed:
            imported.faults.append(Remark(row.line, "email", _("this person has an account that is closed.")))
        elif row.address in invited:
            imported.duplicates.append(_invited_already(row))
        else:
            imported.wanted.append((row, Invitation(group=group, address=row.address, **row.values)))
    return imported


def _invited_already(row: Row) -> Remark:
    return Remark(row.line, "email", _("%(address)s is prepared or invited already.") % {"address": row.address})


@transaction.atomic
def _prepare(chunk: list[Wanted], actor: Member | None, imported: Imported) -> None:
    """Save a chunk. Rows that somebody else has prepared since they were compared are duplicates, like any other.

    The database skips those, and tells by the nonces which ones it took.
    """
    for _row, invitation in chunk:
        invitation.invited_by = actor
    # In one order everywhere: two imports at once must not wait for each other.
    ordered = sorted((invitation for _row, invitation in chunk), key=lambda invitation: invitation.address)
    Invitation.objects.bulk_create(ordered, ignore_conflicts=True)
    taken = dict(Invitation.objects.filter(nonce__in=[one.nonce for _row, one in chunk]).values_list("nonce", "pk"))
    chosen = Invitation.topics.through
    links = []
    for row, invitation in chunk:
        if invitation.nonce not in taken:
            imported.duplicates.append(_invited_already(row))
            continue
        invitation.pk = taken[invitation.nonce]
        imported.invitations.append(invitation)
        links += [chosen(invitation_id=invitation.pk, topic_id=topic_id) for topic_id in row.topic_ids]
    chosen.objects.bulk_create(links)


def _send(invitations: list[Invitation], now: datetime) -> None:
    for start in range(0, len(invitations), SEND_CHUNK):
        with transaction.atomic():
            for invitation in invitations[start : start + SEND_CHUNK]:
                go_out(invitation, Invitation.State.PREPARED, now, is_bulk=True)


def _present_addresses(group: Group) -> set[str]:
    """Whoever is in the group, suspended or not."""
    members = group.memberships.filter(ended_on=None).values_list("member__email", flat=True)
    return {address.lower() for address in members}


def _closed_addresses() -> set[str]:
    closed = Member.objects.filter(is_active=False)
    return {address.lower() for address in closed.values_list("email", flat=True)}


def _invited_addresses(group: Group) -> set[str]:
    states = (Invitation.State.PREPARED, Invitation.State.SENT)
    invited = group.invitations.filter(state__in=states).values_list("address", flat=True)
    return {address.lower() for address in invited}
