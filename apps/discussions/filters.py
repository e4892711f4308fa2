"""What the list of threads can be narrowed by, from the query string."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.filters import Choices, ListFilter, OneOf, choice_rows, choices_in, united
from apps.core.prepared import Prepared
from apps.discussions.models import Thread
from apps.discussions.querysets import ThreadQuerySet
from apps.members.models import Group, Member, Topic

SHOW = [("unread", _("Unread")), ("mine", _("With posts under my name")), ("unanswered", _("Not answered yet"))]
ABOUT = [("event", _("An event")), ("paper", _("A paper")), ("question", _("Something else"))]
_ABOUT_Q = {
    "event": ~Q(event=None),
    "paper": ~Q(publication=None),
    "question": Q(event=None, publication=None),
}


class ThreadFilter(ListFilter):
    """By what is to be done, group, topic (a key area with its finer topics) and what it is about.

    Groups are offered, and filtered by, only as far as ``reader`` may see them. One query for all choices. The rows
    come with ``with_unread_since``.
    """

    show = OneOf(label=_("Show"), choices=SHOW, method="in_state")
    group = OneOf(label=_("Group"), field_name="group__slug")
    topic = OneOf(label=_("Topic"), method="on_topic")
    about = OneOf(label=_("About"), choices=ABOUT, method="about_kind")

    class Meta:
        model = Thread
        fields = ("show", "group", "topic", "about")

    def __init__(self, data: Any, queryset: QuerySet[Thread], *, reader: Member) -> None:
        super().__init__(data, queryset)
        self.reader = reader
        choices = choices_for(reader)
        for name in ("topic", "group"):
            self.filters[name].extra["choices"] = choices[name]

    @property
    def is_narrowed(self) -> bool:
        return any(self.data.get(name) for name in self.filters)

    def in_state(self, threads: ThreadQuerySet, name: str, value: str) -> QuerySet[Any]:
        if value == "mine":
            return threads.with_posts_of(self.reader)
        return threads.unanswered() if value == "unanswered" else threads.filter(is_unread=True)

    def on_topic(self, threads: ThreadQuerySet, name: str, value: str) -> ThreadQuerySet:
        return threads.on_topic_called(value)

    def about_kind(self, threads: ThreadQuerySet, name: str, value: str) -> QuerySet[Any]:
        return threads.filter(_ABOUT_Q[value])


def choices_for(reader: Member) -> dict[str, Choices]:
    """Return the choices of the filters that are rows, by filter name. One query."""
    return choices_in(_CHOICES.rows(reader))


def _choices(reader: Member | None) -> QuerySet[Any]:
    return united(
        choice_rows("topic", Topic.objects.all(), "slug", "title", place="position"),
        choice_rows("group", Group.objects.visible_to(reader), "slug", "name"),
    )


_CHOICES = Prepared(_choices)
