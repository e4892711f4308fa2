"""What a member chose to get: reading and changing it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.notifications.kinds import KINDS, optional_kinds
from apps.notifications.models import Preference

Cadence = Preference.Cadence


def cadences_of(member: Any) -> dict[str, str]:
    """Return the cadence of every optional kind by its slug, chosen or default. One query."""
    chosen = dict(Preference.objects.filter(member=member.pk).values_list("kind", "cadence"))
    defaults = {kind.slug: Cadence.AT_ONCE if kind.is_on_by_default else Cadence.OFF for kind in optional_kinds()}
    return {slug: chosen.get(slug, default) for slug, default in defaults.items()}


def choose_cadence(*, member: Any, kind: str, cadence: str) -> None:
    """Note the member's choice for one kind. Refused for a kind that can not be switched off."""
    if kind not in KINDS or not KINDS[kind].is_optional:
        raise Refused(_("This mail can not be switched off."))
    Preference.objects.update_or_create(member=member, kind=kind, defaults={"cadence": Cadence(cadence)})
