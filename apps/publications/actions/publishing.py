"""From draft to published, and back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.models import Member
from apps.publications.models import Publication

_State = Publication.State


def missing(publication: Publication) -> list[Promise]:
    """Return what a draft still needs before it can be published, each a sentence. Two queries."""
    needs = {
        _("It has no file."): publication.versions.exists(),
        _("It has no abstract."): bool(publication.abstract.strip()),
        _("It has no author."): publication.authors.exists(),
    }
    return [sentence for sentence, is_there in needs.items() if not is_there]


@transaction.atomic
def publish(*, actor: Member, publication: Publication, now: datetime) -> Publication:
    """Show a draft to those who may see it, under its date or else today's (where the actor is).

    Refused without the right, and while file, abstract or author are missing.
    """
    _check_right(actor, publication)
    publication.lock()
    publication.refresh_from_db()
    if not publication.is_draft:
        raise Refused(_("This publication is not a draft any more."))
    if needs := missing(publication):
        raise Refused(" ".join(str(sentence) for sentence in needs))
    publication.state = _State.PUBLISHED
    publication.published_on = publication.published_on or timezone.localdate(now, actor.time_zone)
    publication.save(update_fields=["state", "published_on", "updated_at"])
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=publication, detail=f"draft>{publication.visibility}")
    return publication


@transaction.atomic
def take_back(*, actor: Member, publication: Publication) -> Publication:
    """Make a published one a draft again: nobody but those who lead the group sees it, and its address answers 404.

    Refused without the right. Its date stays, for when it comes back.
    """
    _check_right(actor, publication)
    if not Publication.objects.filter(pk=publication.pk, state=_State.PUBLISHED).update(state=_State.DRAFT):
        raise Refused(_("This publication is a draft already."))
    publication.state = _State.DRAFT
    record(AuditEntry.Event.VISIBILITY, actor=actor, about=publication, detail=f"{publication.visibility}>draft")
    return publication


def _check_right(actor: Member, publication: Publication) -> None:
    if not actor.has_perm("publications.publish_publication", publication):
        raise Refused(_("Only the secretariat publishes."))
