"""Writing to the audit trail."""

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models

from apps.core.models import AuditEntry


def record(
    event: AuditEntry.Event,
    *,
    actor: AbstractBaseUser | None = None,
    about: models.Model | None = None,
    detail: str = "",
) -> AuditEntry:
    """Add one entry. ``detail`` holds slugs and ids only, never addresses, tokens or bodies (ASVS 5.0, 16.2.5)."""
    return AuditEntry.objects.create(
        event=event,
        actor_id=actor.pk if actor else None,
        about_type=ContentType.objects.get_for_model(about) if about else None,
        about_id=about.pk if about else None,
        detail=detail[:200],
    )
