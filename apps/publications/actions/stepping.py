"""The one way in which a publication comes from one state to another."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.announcing import announce_publication
from apps.publications.actions.telling import tell_untold
from apps.publications.models import Publication, Step
from apps.publications.ways import SETTLED, WAYS, missing, needs_reason

NOTE_LENGTH = 300
_State = Publication.State
_WRITTEN = (
    "state",
    "published_on",
    "published_at",
    "publish_at",
    "publish_fault",
    "withdrawn_reason",
    "updated_at",
)


@transaction.atomic
def take_step(
    *, actor: Member | None, publication: Publication, state: str, now: datetime, note: str = ""
) -> Publication:
    """Bring the publication to ``state``, with a row that says when, by whom and ``note``, its reason.

    ``actor`` is None where the worker acts on what somebody decided before. Refused without the right (publishing and
    taking back are rights of their own), for a state that does not follow, without a reason where readers lose
    something, and with all that is missing. The state "circulating" goes with an open circulation: open it first, and
    close or cancel it before another state is taken. Who may see it is on the record. What comes out is told
    to those interested in its topics, once to each. Clearing and publishing tell who answered a circulation what became
    of the comments, where nobody has told them yet.
    """
    note = note.strip()[:NOTE_LENGTH]
    publication.lock()
    publication.refresh_from_db()
    _check_right(actor, publication, state)
    _check_way(publication, state, note, now)
    before, publication.state = publication.state, state
    _note_dates(publication, actor, now, note)
    publication.save(update_fields=_WRITTEN)
    _open_version(publication, before, now)
    Step.objects.create(publication=publication, state=state, at=now, by=actor, note=note)
    if {before, state} & {*Publication.OUT}:
        detail = f"{before}>{state} ({publication.visibility})"
        record(AuditEntry.Event.VISIBILITY, actor=actor, about=publication, detail=detail)
    if state in SETTLED:
        tell_untold(actor, publication, now)
    if state == _State.PUBLISHED:
        announce_publication(actor=actor, publication=publication, now=now)
    return publication


def _check_right(actor: Member | None, publication: Publication, state: str) -> None:
    is_outward = state in Publication.OUT or not publication.is_draft
    right = "publications.publish_publication" if is_outward else "publications.change_publication"
    if actor is not None and not actor.has_perm(right, publication):
        raise Refused(_("You may not take this step."))


def _check_way(publication: Publication, state: str, note: str, now: datetime) -> None:
    if state == publication.state:
        raise Refused(_("This was done already."))
    if state not in WAYS[publication.state]:
        names = {"before": publication.get_state_display(), "after": _State(state).label}
        raise Refused(_("From “%(before)s” no step leads to “%(after)s”.") % names)
    if needs_reason(publication, state) and not note:
        raise Refused(_("Give a reason: readers lose something by this step."))
    if lacks := missing(publication, state, now):
        raise Refused(" ".join(lacks))


def _note_dates(publication: Publication, actor: Member | None, now: datetime, note: str) -> None:
    """A date that was entered stays; else it is the day on which it comes out, where the actor is."""
    publication.publish_at, publication.publish_fault = None, ""
    publication.withdrawn_reason = note if publication.state == _State.WITHDRAWN else ""
    if publication.state == _State.PUBLISHED:
        zone = actor.time_zone if actor else None
        publication.published_at = publication.published_at or now
        publication.published_on = publication.published_on or timezone.localdate(now, zone)


def _open_version(publication: Publication, before: str, now: datetime) -> None:
    """What is published is its newest file. Taken back to draft, none is open any more: what comes out anew is again
    the newest alone, not the one for which it was taken back.
    """
    if publication.state == _State.PUBLISHED:
        newest = publication.versions.newest_first().first()
        if newest is not None and newest.published_at is None:
            newest.published_at = now
            newest.save(update_fields=["published_at", "updated_at"])
    elif before in Publication.OUT and publication.is_draft:
        publication.versions.update(published_at=None)
