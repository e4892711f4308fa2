"""The export of one's own data (GDPR art. 15 and 20): a registry of which rows of which table are somebody's own.

Every relation from any table to a member is registered here, or exempt with a reason; ``tests/members/test_export.py``
fails for a new one. Upper apps register in ``AppConfig.ready()``::

    export.register("events.participation.member", participations_of)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from apps.members.models import Group, Member

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


def rows_of_group(member: Member, query: models.QuerySet[Any], group: str, *fields: str) -> list[dict[str, Any]]:
    """Return these fields, and the name of the group to which ``group`` leads from a row, as far as the member sees
    that group: one not seen any more may bear another name by now.
    """
    return without_unseen_groups(member, rows(query, group, f"{group}__name", *fields), group)


def without_unseen_groups(member: Member, found: list[dict[str, Any]], group: str) -> list[dict[str, Any]]:
    """Take the number of the group out of the rows, and its name where the member does not see it. One query where
    there is a group at all.
    """
    named = {row[group] for row in found} - {None}
    visible = Group.objects.visible_to(member).filter(pk__in=named) if named else Group.objects.none()
    seen = {None, *visible.values_list("pk", flat=True)}
    unseen = {f"{group}__name": _("A group you do not see any more")}
    return [row if row.pop(group) in seen else row | unseen for row in found]
