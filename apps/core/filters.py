"""What filters of lists share: a choice that stays quick with many options, all choices in one query, and the chips."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import CharField, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from apps.core.selects import LongSelect
from apps.core.swaps import tidy_query

type Choices = list[tuple[str, str]]


class ListFilter(django_filters.FilterSet):
    """What narrows a list. The form's class is made for one request, so its fields need no copies: copying all choices
    took longer than drawing them.
    """

    def get_form_class(self) -> type[forms.Form]:
        form: type[Any] = super().get_form_class()
        form.base_fields = _Uncopied(form.base_fields)
        return form


class _Uncopied(dict[str, Any]):
    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, Any]:
        return dict(self)


class OneOf(django_filters.ChoiceFilter):
    """A filter by one of a few choices, or any."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"empty_label": _("Any"), "widget": LongSelect, **options})

    def __deepcopy__(self, memo: dict[int, Any]) -> OneOf:
        """Give each request its own choices; the rest is never changed, and copying it deeply took a millisecond."""
        twin = copy(self)
        twin.extra = dict(self.extra)
        twin.method = self.method  # Bound to the twin by its setter.
        return twin


def united(first: QuerySet[Any], *others: QuerySet[Any]) -> QuerySet[Any]:
    """Return what ``choice_rows`` made for some filters as one query; best kept as ``Prepared``."""
    return first.union(*others, all=True)


def choices_in(rows: Iterable[tuple[Any, ...]]) -> dict[str, Choices]:
    """Return the choices of filters, by filter name, from the rows of such a union."""
    found: dict[str, Choices] = defaultdict(list)
    for name, _place, label, key in sorted(rows):
        found[name].append((key, label))
    return found


def choice_rows(name: str, things: QuerySet[Any], key: str, label: str, place: str = "") -> QuerySet[Any]:
    """Things as (filter, place in its list, label, key), all of one type so that they can be united."""
    return things.order_by().values_list(
        Value(name, CharField()),
        Cast(place, IntegerField()) if place else Value(0, IntegerField()),
        Cast(label, CharField()),
        Cast(key, CharField()),
    )


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice that narrows a list, in words, and the query string without it."""

    label: str
    value: str
    query: str


def chips_of(filters: django_filters.FilterSet, asked: QueryDict) -> list[Chip]:
    """Return what narrows the list now, in the order of the form. ``asked`` is the whole query string. No query."""
    form = filters.form
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    return [
        Chip(str(form.fields[name].label), _in_words(form.fields[name], value), _without(asked, name))
        for name, value in chosen.items()
    ]


def _in_words(field: Any, value: Any) -> str:
    return str(dict(getattr(field, "choices", ())).get(value, value))


def _without(asked: QueryDict, name: str) -> str:
    rest = asked.copy()
    for each in (name, "page"):
        rest.pop(each, None)
    return tidy_query(rest)
