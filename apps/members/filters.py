"""What the directory of members can be narrowed by, from the query string: only by what the reader sees of people."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Case, F, IntegerField, QuerySet, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _

from apps.core.accents import pattern_of
from apps.core.countries import country_name
from apps.core.filters import Choices, ListFilter, OneOf, choice_rows, choices_in, united
from apps.core.prepared import Prepared
from apps.members.found import in_group, on_topic
from apps.members.models import Group, Member, Organisation, StakeholderGroup, Topic
from apps.members.permissions import Personal, field_q

LONGEST = 100
WORDS = 6

_SEARCHED = ("name", "seen_organisation", "seen_position", "seen_about", "seen_email")


class MemberFilter(ListFilter):
    """By words, organisation, stakeholder group, country, topic (a key area with its finer topics) and group.

    The people come ``as_seen_by`` the reader, and choices are those the reader sees somebody with. One query for all
    choices.
    """

    q = django_filters.CharFilter(
        label=_("Name or words"),
        method="with_words",
        max_length=LONGEST,
        widget=forms.SearchInput,
    )
    organisation = OneOf(label=_("Organisation"), method="at_organisation")
    stakeholder_group = OneOf(label=_("Stakeholders"), choices=StakeholderGroup.choices, field_name="seen_stakeholders")
    country = OneOf(label=_("Country"), field_name="seen_country")
    topic = OneOf(label=_("Topic"), method="on_topic")
    group = OneOf(label=_("Group"), method="in_group")
    sort = OneOf(
        label=_("Order"),
        empty_label=_("By name"),
        choices=[("organisation", _("By organisation"))],
        method="in_order",
    )

    class Meta:
        model = Member
        fields = ("q", "organisation", "stakeholder_group", "country", "topic", "group", "sort")

    def __init__(self, data: Any, queryset: QuerySet[Any], *, reader: Member) -> None:
        super().__init__(data, queryset)
        self.reader = reader
        choices = choices_for(reader)
        for name in ("organisation", "country", "topic", "group"):
            self.filters[name].extra["choices"] = choices[name]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name != "sort")

    def with_words(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Everybody of whom the reader sees all the words, each somewhere in their name or fields."""
        people = people.alias(seen_text=Concat(*_joined(_SEARCHED)))
        for pattern in map(pattern_of, value.split()[:WORDS]):
            people = people.filter(seen_text__regex=pattern)
        return people

    def at_organisation(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return people.filter(field_q(self.reader, Personal.ORGANISATION), organisation=value)

    def on_topic(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return on_topic(people, value, self.reader)

    def in_group(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return in_group(people, value, self.reader)

    def in_order(self, people: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Those without an organisation, or whose organisation the reader does not see, come last."""
        is_last = Case(When(seen_organisation="", then=Value(1)), default=Value(0), output_field=IntegerField())
        return people.annotate(is_last=is_last).order_by("is_last", "seen_organisation", "name", "pk")


def choices_for(reader: Member) -> dict[str, Choices]:
    """Return the choices of the filters that are rows, by filter name. One query."""
    choices = choices_in(_CHOICES.rows(reader))
    named = ((code, country_name(code)) for code, _label in choices["country"])
    choices["country"] = sorted(named, key=lambda choice: choice[1])
    return choices


def _choices(reader: Member) -> QuerySet[Any]:
    people = Member.objects.visible_to(reader).active().filter(field_q(reader, Personal.COUNTRY)).exclude(country="")
    return united(
        choice_rows("organisation", Organisation.objects.seen_by(reader), "pk", "name"),
        choice_rows("country", people.distinct(), "country", "country"),
        choice_rows("topic", Topic.objects.all(), "slug", "title", place="position"),
        choice_rows("group", Group.objects.visible_to(reader), "slug", "name"),
    )


_CHOICES = Prepared(_choices)


def _joined(columns: tuple[str, ...]) -> list[Any]:
    """The columns with a space between each two, as ``Concat`` takes them."""
    return [part for column in columns for part in (F(column), Value(" "))]
