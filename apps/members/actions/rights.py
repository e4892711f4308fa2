"""The question every action of the secretariat begins with."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member


def require(actor: Member | None, perm: str, thing: models.Model | None = None) -> None:
    """Refuse unless the actor has the permission. ``None`` is the operator at the command line, who may do all."""
    if actor is not None and not actor.has_perm(perm, thing):
        raise Refused(_("Only the secretariat does this."))
