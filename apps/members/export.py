"""The export of one's own data (GDPR art. 15 and 20): a registry of which rows of which table are somebody's own.

Every relation from any table to a member is registered here, or exempt with a reason; ``tests/members/test_export.py``
fails for a new one. Upper apps register in ``AppConfig.ready()``::

    export.register("events.participation.member", participations_of)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from apps.members.models import Member

type Section = Callable[[Member], Any]

_sections: dict[str, Section] = {}
_exempt: dict[str, str] = {}


def register(label: str, function: Section) -> None:
    """Export a relation. ``label`` is ``app.model.field`` in lower case and becomes the key in the file.

    ``function(member)`` returns what JSON can hold besides dates, times, zones and countries: usually a list of dicts.
    It never returns data about anybody else.
    """
    _sections[label] = function


def exempt(label: str, reason: str) -> None:
    """Leave a relation out of the export, for this reason."""
    _exempt[label] = reason


def collect(member: Member) -> dict[str, Any]:
    """Return everything the portal holds that is the member's own. About one query a section."""
    return {label: _sections[label](member) for label in sorted(_sections)}


def settled_labels() -> set[str]:
    """The relations that are exported or exempt."""
    return _sections.keys() | _exempt.keys()


def rows(query: models.QuerySet[Any], *fields: str) -> list[dict[str, Any]]:
    """Return these fields of all rows, oldest first: what most sections are."""
    return list(query.order_by("pk").values(*fields))
