"""What the list of publications can be narrowed by, from the query string."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext_lazy as _

from apps.core.accents import pattern_of
from apps.core.filters import Choices, ListFilter, OneOf, choice_rows, choices_in, united
from apps.core.prepared import Prepared
from apps.members.models import Group, Member, Phase, Topic
from apps.publications.models import Comment, Publication
from apps.publications.querysets import PublicationQuerySet

LONGEST = 100
WORDS = 6


class PublicationFilter(ListFilter):
    """By kind, year, phase, topic (a key area with its finer topics), group and author.

    Groups and years are offered, and filtered by, only as far as ``reader`` may see them. One query for all choices.
    """

    kind = OneOf(label=_("Kind"), choices=Publication.Kind.choices)
    year = OneOf(label=_("Year"), field_name="published_on__year")
    topic = OneOf(label=_("Topic"), method="on_topic")
    group = OneOf(label=_("Group"), field_name="group__slug")
    phase = OneOf(label=_("Phase"), method="in_phase")
    author = django_filters.CharFilter(
        label=_("Author"), method="written_by", max_length=LONGEST, widget=forms.SearchInput
    )

    class Meta:
        model = Publication
        fields = ("kind", "year", "phase", "topic", "group", "author")

    def __init__(self, data: Any, queryset: QuerySet[Publication], *, reader: Member | None) -> None:
        super().__init__(data, queryset)
        choices = choices_for(reader)
        for name in ("year", "phase", "topic", "group"):
            self.filters[name].extra["choices"] = choices[name]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def on_topic(self, publications: PublicationQuerySet, name: str, value: str) -> PublicationQuerySet:
        return publications.on_topic_called(value)

    def in_phase(self, publications: PublicationQuerySet, name: str, value: str) -> PublicationQuerySet:
        """By the date of publication; phases may overlap."""
        day = OuterRef("published_on")
        goes_on = Q(ends_on=None) | Q(ends_on__gte=day)
        return publications.filter(Exists(Phase.objects.filter(goes_on, pk=value, starts_on__lte=day)))

    def written_by(self, publications: PublicationQuerySet, name: str, value: str) -> PublicationQuerySet:
        """All the words in the names of the authors, whatever their accents and capitals."""
        for word in value.split()[:WORDS]:
            publications = publications.filter(byline__regex=pattern_of(word))
        return publications


# What is open has no disposition, and a query string no value for that.
_OPEN = "open"
_DISPOSITIONS = [(value or _OPEN, label) for value, label in Comment.Disposition.choices]


class CommentFilter(ListFilter):
    """The comments of a circulation by what became of them and by type. No query."""

    disposition = OneOf(label=_("Disposition"), choices=_DISPOSITIONS, method="disposed")
    kind = OneOf(label=_("Type"), choices=Comment.Kind.choices)

    class Meta:
        model = Comment
        fields = ("disposition", "kind")

    def disposed(self, comments: QuerySet[Comment], name: str, value: str) -> QuerySet[Comment]:
        return comments.filter(disposition="" if value == _OPEN else value)


def choices_for(reader: Member | None) -> dict[str, Choices]:
    """Return the choices of the filters that are rows, by filter name. One query."""
    return choices_in(_CHOICES.rows(reader))


def _choices(reader: Member | None) -> QuerySet[Any]:
    return united(
        choice_rows("topic", Topic.objects.all(), "slug", "title", place="position"),
        choice_rows("phase", Phase.objects.all(), "pk", "name"),
        choice_rows("group", Group.objects.visible_to(reader), "slug", "name"),
        _years(reader),
    )


_CHOICES = Prepared(_choices)


def _years(reader: Member | None) -> QuerySet[Any]:
    """The years of what the reader may see, the latest first."""
    seen = Publication.objects.visible_to(reader).published()
    dated = seen.annotate(year=ExtractYear("published_on"), place=-ExtractYear("published_on"))
    return choice_rows("year", dated, "year", "year", place="place").distinct()
