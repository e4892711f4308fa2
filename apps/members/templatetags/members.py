"""The template tags of people: ``{% load members %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from apps.core.fragments import kept_fragment
from apps.members.directory import Row

register = template.Library()


@register.simple_tag
def person_row(person: Row, reader_id: int) -> SafeString:
    """Show one person of the directory as a row of its table: ``{% person_row person user.pk %}``. No query."""
    return _person_row(person, is_you=person.pk == reader_id)


@kept_fragment("members/_person_row.html")
def _person_row(person: Row, *, is_you: bool) -> dict[str, Any]:
    return {"person": person, "is_you": is_you}
