"""What harvesters (OAI-PMH) are told of a publication: that it is there, since when, or that it is not any more."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.publications.citing.cited import cited
from apps.publications.models.publication import Publication

# What ``fit`` reads beside the publication itself.
HARVESTED = ("authors", "topics__parent")


def new_identifier() -> str:
    """Return a name that stays with the record for ever and says nothing of what else there is."""
    return secrets.token_hex(8)


class HarvestRecord(models.Model):
    """One publication that is, or once was, open to all. The row outlives it: a harvester who took it has to be told
    that it went (OAI-PMH 2.0, 2.5.1, "persistent"). What never was open to all has no row.

    ``changed_at`` is in full seconds, as the protocol counts. ``sets`` holds the sets between spaces. ``digest`` is of
    what harvesters are told, so that a change of anything else is none.
    """

    identifier = models.CharField(max_length=16, unique=True, default=new_identifier, editable=False)
    publication = models.OneToOneField(
        Publication, models.SET_NULL, verbose_name=_("publication"), null=True, related_name="harvest_record"
    )
    changed_at = models.DateTimeField(_("changed"))
    is_deleted = models.BooleanField(_("gone"), default=False)
    sets = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = _("harvested record")
        verbose_name_plural = _("harvested records")
        indexes = [models.Index(fields=["changed_at", "id"], name="harvest_record_in_order")]

    def __str__(self) -> str:
        return self.identifier

    def fit(self, publication: Publication, now: datetime) -> bool:
        """Bring the row in line with its publication (read with ``HARVESTED``); return whether that changed it."""
        before = (self.is_deleted, self.sets, self.digest)
        self.is_deleted = not publication.is_open_to_all
        if not self.is_deleted:
            self.sets, self.digest = sets_of(publication), digest_of(publication)
        has_changed = before != (self.is_deleted, self.sets, self.digest)
        if has_changed:
            self.changed_at = now.replace(microsecond=0)
        return has_changed

    @classmethod
    def settle(cls, publication: Publication, now: datetime) -> None:
        """Keep the row of a publication just saved. At most six queries, one where it is not and never was open."""
        known = cls.objects.filter(publication=publication).first()
        if known is None and not publication.is_open_to_all:
            return
        record = known or cls(publication=publication)
        # What the caller holds may be older than its authors and topics.
        if record.fit(Publication.objects.prefetch_related(*HARVESTED).get(pk=publication.pk), now):
            record.save()

    @classmethod
    def mark_gone(cls, publication: Publication, now: datetime) -> None:
        """Note that the publication is about to be deleted."""
        there = cls.objects.filter(publication=publication, is_deleted=False)
        there.update(is_deleted=True, changed_at=now.replace(microsecond=0))


def sets_of(publication: Publication) -> str:
    """Return the sets between spaces: its kind, its topics and, above a finer topic, its key area."""
    topics = publication.topics.all()
    slugs = {topic.slug for topic in topics} | {topic.parent.slug for topic in topics if topic.parent}
    return " ".join(["", f"kind:{publication.kind}", *(f"topic:{slug}" for slug in sorted(slugs)), ""])


def digest_of(publication: Publication) -> str:
    return hashlib.sha256(json.dumps(cited(publication).dublin_core).encode()).hexdigest()
