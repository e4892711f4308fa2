"""Publishing at a set time: said by the secretariat, done by the worker, once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.actions.stepping import take_step
from apps.publications.models import Publication
from apps.publications.ways import WAYS, missing

_PUBLISHED = Publication.State.PUBLISHED


@transaction.atomic
def set_publishing_time(*, actor: Member, publication: Publication, at: datetime | None, now: datetime) -> Publication:
    """Have the worker publish it at ``at``; None takes that back. What is missing then is asked again.

    Refused without the right, for a time that has passed, and while something is missing.
    """
    publication.lock()
    publication.refresh_from_db()
    if not actor.has_perm("publications.publish_publication", publication):
        raise Refused(_("You may not take this step."))
    if at is not None:
        _check(publication, at, now)
    publication.publish_at, publication.publish_fault = at, ""
    publication.save(update_fields=["publish_at", "publish_fault", "updated_at"])
    return publication


def _check(publication: Publication, at: datetime, now: datetime) -> None:
    if at <= now:
        raise Refused(_("This time has passed. Choose a later one, or publish now."))
    if _PUBLISHED not in WAYS[publication.state]:
        raise Refused(
            _("In the state “%(state)s” it can not be published.") % {"state": publication.get_state_display()}
        )
    if lacks := missing(publication, _PUBLISHED, now):
        raise Refused(" ".join(lacks))


@transaction.atomic
def publish_due(publication: Publication, now: datetime) -> bool:
    """Publish one whose time has come; return whether it is out. What stands against it is kept for the desk, and
    nothing is tried again by itself. A second call does nothing.
    """
    claimed = Publication.objects.filter(pk=publication.pk, publish_at__lte=now).update(publish_at=None)
    if not claimed:
        return False
    try:
        with transaction.atomic():
            take_step(actor=None, publication=publication, state=_PUBLISHED, now=now, note=str(_("At the time set.")))
    except Refused as refusal:
        Publication.objects.filter(pk=publication.pk).update(publish_fault=str(refusal)[:600])
        return False
    return True
