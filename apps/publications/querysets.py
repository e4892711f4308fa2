"""The words in which publications and their versions are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from apps.core.prepared import Prepared
from apps.core.searched import SearchedQuerySet
from apps.members.models import Member as MemberModel
from apps.members.models import Membership
from apps.members.models import Topic as TopicModel
from apps.members.permissions import Role, version_q, visible_q

if TYPE_CHECKING:
    from apps.events.models import Event
    from apps.members.models import Group, Member, Topic


class PublicationQuerySet(SearchedQuerySet):
    def visible_to(self, member: Member | None) -> PublicationQuerySet:
        return self.filter(visible_q(member, self.model))

    def published(self) -> PublicationQuerySet:
        return self.exclude(self.model.draft_q())

    def current(self) -> PublicationQuerySet:
        """Published and not withdrawn."""
        return self.filter(state=self.model.State.PUBLISHED)

    def open_to_all(self) -> PublicationQuerySet:
        """Public and current: what is to be found by everybody."""
        return self.visible_to(None).current()

    def drafts(self) -> PublicationQuerySet:
        return self.filter(self.model.draft_q())

    def to_publish(self, now: datetime) -> PublicationQuerySet:
        """Those whose set time has come; ``publication_to_publish`` serves it."""
        return self.filter(publish_at__lte=now).order_by("publish_at", "pk")

    def newest_first(self) -> PublicationQuerySet:
        """In the order of the lists; ``publication_listed`` serves it."""
        return self.order_by("-published_on", "-pk")

    def on_topics(self, topics: Iterable[Topic | int]) -> PublicationQuerySet:
        """On any of these topics; each once."""
        return self.filter(pk__in=self.model.topics.through.objects.filter(topic__in=topics).values("publication"))

    def on_topic_called(self, slug: str) -> PublicationQuerySet:
        """On the topic or one of the finer topics below it."""
        return self.filter(pk__in=_ON_TOPIC.within(None, slug))

    def of_group(self, group: Group | int) -> PublicationQuerySet:
        return self.filter(group=group)

    def of_event(self, event: Event | int) -> PublicationQuerySet:
        return self.filter(events=event)


class VersionQuerySet(SearchedQuerySet):
    def visible_to(self, member: Member | None) -> VersionQuerySet:
        return self.filter(version_q(member, self.model))

    def newest_first(self) -> VersionQuerySet:
        """The first of one publication is the file it is read as."""
        return self.order_by("-number")

    def to_read(self, now: datetime) -> VersionQuerySet:
        """Those the worker has not read yet and nobody is reading; ``version_to_read`` serves it."""
        return self.filter(Q(reading_until=None) | Q(reading_until__lte=now), reading="waiting").order_by("pk")

    def with_downloads(self, since: date) -> VersionQuerySet:
        """Each with how often it was fetched: ``downloads`` ever, ``downloads_lately`` from the day ``since`` on."""
        counts: Any = self.model._meta.get_field("download_counts").related_model
        of_version = counts.objects.filter(version=OuterRef("pk")).values("version")
        summed, lately = (days.values(total=Sum("count")) for days in (of_version, of_version.filter(day__gte=since)))
        return self.annotate(downloads=Coalesce(Subquery(summed), 0), downloads_lately=Coalesce(Subquery(lately), 0))

    def with_circulation(self) -> VersionQuerySet:
        """Each with ``circulation_code``, of the latest circulation it was sent round in, None for none."""
        circulations: Any = self.model._meta.get_field("circulations").related_model
        sent = circulations.objects.filter(version=OuterRef("pk"), state__in=["open", "closed"]).order_by("-pk")
        return self.annotate(circulation_code=Subquery(sent.values("code")[:1]))


class CirculationQuerySet(models.QuerySet[Any]):
    def visible_to(self, member: Member | None) -> CirculationQuerySet:
        return self.filter(visible_q(member, self.model, group_field="publication__group_id"))

    def with_draft_count(self, member: Member) -> CirculationQuerySet:
        """Each with ``draft_count``: how many drafts of their own the member has in it."""
        drafts: Any = self.model._meta.get_field("draft_comments").related_model
        own = drafts.objects.of(member).filter(circulation=OuterRef("pk")).order_by().values("circulation")
        counted = Subquery(own.annotate(count=Count("pk")).values("count"))
        return self.annotate(draft_count=Coalesce(counted, 0))

    def named(self) -> CirculationQuerySet:
        """With what its name is made of."""
        return self.select_related("publication", "version").defer(
            "instructions", "publication__abstract", "version__text"
        )

    def open(self) -> CirculationQuerySet:
        return self.filter(state="open")

    def over(self, now: datetime) -> CirculationQuerySet:
        """Open ones whose deadline has passed for everybody, extensions included."""
        consultees: Any = self.model._meta.get_field("consultees").related_model
        extended = consultees.objects.filter(circulation=OuterRef("pk"), extended_until__gt=now, removed_at=None)
        return self.open().filter(~Exists(extended), deadline_at__lte=now)

    def to_summarise(self, now: datetime) -> CirculationQuerySet:
        """Closed on an earlier day (of UTC), and nobody was told yet how it ended."""
        return self.filter(state="closed", summarised_at=None, closed_at__lt=_begin_of_day(now))

    def untold(self) -> CirculationQuerySet:
        """Closed ones, where nobody was told yet what became of the comments."""
        return self.filter(state="closed", told_at=None)

    def closed_today(self, now: datetime) -> CirculationQuerySet:
        """Closed on this day (of UTC): the answers of their last day show tomorrow."""
        return self.filter(state="closed", closed_at__gte=_begin_of_day(now))


class ConsulteeQuerySet(models.QuerySet[Any]):
    def live(self) -> ConsulteeQuerySet:
        """Active members who were not taken off and still belong to something they were included through."""
        return self._standing().filter(member__is_active=True)

    def concerned(self) -> ConsulteeQuerySet:
        """Those who hear of a cancellation or another deadline: also who is suspended, once that ends."""
        return self._standing().exclude(member__status=MemberModel.Status.DEPARTED)

    def _standing(self) -> ConsulteeQuerySet:
        memberships = Membership.objects.current().there_since("added_at").filter(member=OuterRef("member"))
        interests = MemberModel.topics.through.objects.filter(member=OuterRef("member"))
        named = Q(topic=OuterRef("via_topic")) | Q(topic__parent=OuterRef("via_topic"))
        groups, topics = (self._further(name, OuterRef(OuterRef("pk"))) for name in ("groups", "topics"))
        kept = Q(via_group=None, via_topic=None) | Q(is_reviewer=True)
        through = Exists(memberships.filter(group=OuterRef("via_group"))) | Exists(interests.filter(named))
        further = Exists(memberships.filter(group__in=groups.values("group"))) | Exists(
            interests.filter(Q(topic__in=topics.values("topic")) | Q(topic__parent__in=topics.values("topic")))
        )
        return self.filter(kept | through | further, removed_at=None)

    def live_for(self, member: Member) -> ConsulteeQuerySet:
        """The member's own live ones."""
        memberships = Membership.objects.current().there_since("added_at").filter(member=member.pk)
        chosen = MemberModel.topics.through.objects.filter(member=member.pk).values("topic")
        interested = TopicModel.objects.filter(Q(pk__in=chosen) | Q(finer_topics__in=chosen)).values("pk")
        kept = Q(via_group=None, via_topic=None) | Q(is_reviewer=True)
        through = Exists(memberships.filter(group=OuterRef("via_group"))) | Q(via_topic__in=interested)
        groups, topics = self._further("groups", OuterRef(OuterRef("pk"))), self._further("topics", OuterRef("pk"))
        further = Exists(memberships.filter(group__in=groups.values("group"))) | Exists(
            topics.filter(topic__in=interested)
        )
        return self.filter(kept | through | further, member=member.pk, removed_at=None)

    def _further(self, name: str, consultee: OuterRef) -> models.QuerySet[Any]:
        """What else the consultee of the outer query was included through: its ``groups`` or its ``topics``."""
        rows: models.QuerySet[Any] = getattr(self.model, f"other_{name}").through.objects.filter(consultee=consultee)
        return rows

    def writing(self, group_id: int) -> ConsulteeQuerySet:
        """Those who may comment: observers of the paper's group read and do not."""
        observing = Membership.objects.current().filter(group=group_id, role=Role.OBSERVER, member=OuterRef("member"))
        return self.filter(~Exists(observing))

    def owing(self) -> ConsulteeQuerySet:
        """Reviewers who have not answered."""
        return self.filter(is_reviewer=True, answered_on=None)

    @staticmethod
    def answered_q(today: date) -> Q:
        """Who is known to have answered: from the day after. Every number and list of those who answered asks this."""
        return Q(answered_on__lt=today)

    @staticmethod
    def silent_q(today: date) -> Q:
        """The others: nobody is told today who of them answered today."""
        return Q(answered_on=None) | Q(answered_on__gte=today)

    def known_answered(self, today: date) -> ConsulteeQuerySet:
        return self.filter(self.answered_q(today))

    def known_owing(self, today: date) -> ConsulteeQuerySet:
        """Reviewers without an answer, as known today."""
        return self.filter(self.silent_q(today), is_reviewer=True)

    def counted(self, today: date) -> models.QuerySet[Any, Any]:
        """One row a circulation: ``asked``, ``reviewers``, ``answered`` and ``reviewers_answered``, as known today."""
        answered, reviewer = self.answered_q(today), Q(is_reviewer=True)
        return (
            self.order_by()
            .values("circulation")
            .annotate(
                asked=Count("pk"),
                reviewers=Count("pk", filter=reviewer),
                answered=Count("pk", filter=answered),
                reviewers_answered=Count("pk", filter=answered & reviewer),
            )
        )


class DraftCommentQuerySet(models.QuerySet[Any]):
    def of(self, member: Member) -> DraftCommentQuerySet:
        """The member's own: nobody else's are asked for anywhere."""
        return self.filter(member=member.pk)

    def coded(self, code: str) -> Any:
        """The one of this code, or None. Of one person's alone: two queries, and an HMAC for each row."""
        found = [draft.pk for draft in self.only("pk") if draft.code == code] if code else []
        return self.filter(pk=found[0]).first() if found else None

    def ready(self) -> DraftCommentQuerySet:
        """Those that say something and can be sent."""
        return self.exclude(comment="")


class CommentQuerySet(models.QuerySet[Any]):
    def known(self, today: date) -> CommentQuerySet:
        """What others than the writers see: without a name, from the day after sending; see ``Comment.is_known``."""
        return self.filter(self.known_q(today))

    def fresh(self, today: date) -> CommentQuerySet:
        """The others, which only their writers see today."""
        return self.exclude(attribution="name").filter(sent_on__gte=today)

    @staticmethod
    def known_q(today: date) -> Q:
        return Q(attribution="name") | Q(sent_on__lt=today)

    def of_the_erased(self) -> CommentQuerySet:
        """Those under the name of somebody whose account is not there any more."""
        return self.filter(attribution="name", author=None)

    def in_place(self) -> CommentQuerySet:
        """In the order of the document. The id is random, so the order of sending stays unknown."""
        return self.order_by("place", "id")

    def unresolved(self) -> CommentQuerySet:
        return self.filter(disposition="")


def _begin_of_day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _on_topic(_nobody: None, slug: str) -> models.QuerySet[Any]:
    named = Q(topic__slug=slug) | Q(topic__parent__slug=slug)
    return apps.get_model("publications.Publication").topics.through.objects.filter(named).values("publication")


_ON_TOPIC = Prepared(_on_topic)
