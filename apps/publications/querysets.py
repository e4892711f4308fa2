"""The words in which publications and their versions are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

from apps.members.permissions import visible_q

if TYPE_CHECKING:
    from apps.events.models import Event
    from apps.members.models import Group, Member, Topic


class PublicationQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member | None) -> PublicationQuerySet:
        return self.filter(visible_q(member, self.model))

    def published(self) -> PublicationQuerySet:
        return self.exclude(self.model.draft_q())

    def drafts(self) -> PublicationQuerySet:
        return self.filter(self.model.draft_q())

    def newest_first(self) -> PublicationQuerySet:
        """In the order of the lists; ``publication_listed`` serves it."""
        return self.order_by("-published_on", "-pk")

    def on_topics(self, topics: Iterable[Topic]) -> PublicationQuerySet:
        """On any of these topics; each once."""
        return self.filter(pk__in=self.model.topics.through.objects.filter(topic__in=topics).values("publication"))

    def on_topic_called(self, slug: str) -> PublicationQuerySet:
        """On the topic or one of the finer topics below it."""
        named = Q(topic__slug=slug) | Q(topic__parent__slug=slug)
        return self.filter(pk__in=self.model.topics.through.objects.filter(named).values("publication"))

    def of_group(self, group: Group) -> PublicationQuerySet:
        return self.filter(group=group)

    def of_event(self, event: Event) -> PublicationQuerySet:
        return self.filter(events=event)


class VersionQuerySet(models.QuerySet[Any]):
    def newest_first(self) -> VersionQuerySet:
        """The first of one publication is the file it is read as."""
        return self.order_by("-number")
