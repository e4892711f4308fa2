"""The template tags of people: ``{% load members %}``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.core.fragments import joined, kept_fragment
from apps.members.directory import Row

register = template.Library()


@register.simple_tag
def person_rows(people: Iterable[Row], reader_id: int) -> SafeString:
    """Show people as rows of the directory's table: ``{% person_rows rows user.pk %}``. No query."""
    return joined(_person_row.each({"person": person, "is_you": person.pk == reader_id} for person in people))


@kept_fragment("members/_person_row.html")
def _person_row(**shown: Any) -> dict[str, Any]:
    return shown


@register.simple_tag
def group_rows(people: Iterable[Row], reader_id: int | None, is_roleless: bool | str = False) -> SafeString:
    """Show people of a group as rows of its table, with or without the role: ``{% group_rows rows user.pk %}``. No
    query.
    """
    rows = ({"person": person, "is_you": person.pk == reader_id, "is_roleless": bool(is_roleless)} for person in people)
    return joined(_group_row.each(rows))


@kept_fragment("members/_group_person_row.html")
def _group_row(**shown: Any) -> dict[str, Any]:
    return shown
