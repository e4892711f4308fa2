"""How an upper app shows something on a lower app's page, without the lower one knowing it.

The upper app registers a function in ``AppConfig.ready()``; the lower view collects the panels of a slot. The panels'
queries count in the page's budget.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import models

type Panel = Callable[[models.Model, models.Model | None, datetime], tuple[str, dict[str, Any]] | None]

_panels: dict[str, list[Panel]] = {}


def register(slot: str, panel: Panel) -> None:
    """Add ``panel`` to ``slot``; adding it twice has no effect."""
    panels = _panels.setdefault(slot, [])
    if panel not in panels:
        panels.append(panel)


def collect(
    slot: str, about: models.Model, member: models.Model | None, now: datetime
) -> list[tuple[str, dict[str, Any]]]:
    """Return (template, context) of every panel of ``slot`` that has something to show."""
    shown = (panel(about, member, now) for panel in _panels.get(slot, []))
    return [panel for panel in shown if panel is not None]
