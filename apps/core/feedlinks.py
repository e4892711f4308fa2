"""Private feeds: links for programs that can send nothing but an address, each one member's own, to make and revoke."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.models import AuditEntry, Timestamped
from apps.core.tokens import Linkable, new_nonce


class FeedLink(Linkable, Timestamped):
    """One member's link. Subclasses have ``member``, one to one, and a ``token_purpose``.

    The row stays when the link is revoked: its nonce is then a new one, so that a restore knows the old one is dead.
    """

    member: Any

    made_at = models.DateTimeField(_("link made"))
    revoked_at = models.DateTimeField(_("link revoked"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.member.pk)

    @property
    def is_open(self) -> bool:
        """Whether the link opens anything, as fresh as the row and its member are."""
        return self.revoked_at is None and self.member.is_active


@transaction.atomic
def make_link[Link: FeedLink](model: type[Link], *, actor: Any, now: datetime) -> Link:
    """Give the actor a new link; one that was there before is dead."""
    fresh = {"nonce": new_nonce(), "made_at": now, "revoked_at": None}
    links: Any = model._default_manager
    link, _is_first = links.update_or_create(member=actor, defaults=fresh)
    audit.record(AuditEntry.Event.TOKEN, actor=actor, about=link, detail=f"{model.token_purpose}:made")
    return link


@transaction.atomic
def revoke_link(model: type[FeedLink], *, actor: Any, now: datetime) -> None:
    """Let the actor's link be dead. Twice does nothing more."""
    links: Any = model._default_manager
    link = links.filter(member=actor.pk, revoked_at=None).first()
    if link is None:
        return
    link.renew_nonce()
    link.revoked_at = now
    link.save(update_fields=["nonce", "revoked_at", "updated_at"])
    audit.record(AuditEntry.Event.TOKEN, actor=actor, about=link, detail=f"{model.token_purpose}:revoked")
