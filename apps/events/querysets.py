"""The words in which events and participations are asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate

from apps.core.searched import SearchedQuerySet
from apps.members.models import Member, Membership
from apps.members.permissions import heard_q, visible_q

# From start to end of one event: asked of every form, and what the lists of coming events reckon with.
LONGEST = timedelta(days=92)


def earliest_start(now: datetime) -> datetime:
    """Return when an event that is not over can have begun at the earliest."""
    return now - LONGEST


class EventQuerySet(SearchedQuerySet):
    def visible_to(self, member: Member | None) -> EventQuerySet:
        return self.filter(visible_q(member, self.model))

    def heard_by(self, member: Member | None) -> EventQuerySet:
        """Whose messages to participants are for the member."""
        return self.filter(heard_q(member, self.model))

    def named(self) -> EventQuerySet:
        """With what names them in a list of notices: agendas are long."""
        return self.only("title", "slug", "is_chatham_house")

    def upcoming(self, now: datetime, earliest: datetime | None = None) -> EventQuerySet:
        """Not over yet, so begun since ``earliest_start``: with that the index by start leaves out what is long past.

        A prepared query can not reckon with ``now`` and is given both.
        """
        return self.filter(ends_at__gt=now, starts_at__gte=earliest or earliest_start(now))

    def past(self, now: datetime) -> EventQuerySet:
        """Over. What has ended has begun: saying so lets the index by start leave out all that lies ahead."""
        return self.filter(ends_at__lte=now, starts_at__lt=now)

    def scheduled(self) -> EventQuerySet:
        return self.filter(state="scheduled")

    def settling(self, now: datetime) -> EventQuerySet:
        """Whose change has settled and is to be told."""
        return self.filter(settles_at__lte=now)

    def over(self, now: datetime) -> EventQuerySet:
        """Scheduled ones whose end has passed: held."""
        return self.scheduled().filter(ends_at__lte=now)

    def in_calendar_of(self, member: Member, since: datetime) -> EventQuerySet:
        """What the member's own calendar shows: no draft, nothing they said no to, nothing that ended long ago.

        Each with ``own_answer``, empty where there is none. One query beside the roles'.
        """
        mine = self.model.participations.rel.related_model.objects.live_for(member)
        answer = Coalesce(Subquery(mine.filter(event=OuterRef("pk")).values("answer")[:1]), Value(""))
        seen = self.visible_to(member).exclude(self.model.draft_q()).filter(ends_at__gt=since)
        return seen.annotate(own_answer=answer).exclude(own_answer="no").order_by("starts_at", "pk")


class ParticipationQuerySet(models.QuerySet[Any]):
    def live(self) -> ParticipationQuerySet:
        """Not taken back, of an active member, and, where it came from a membership, while that lasts."""
        return self.filter(_stands(), member__is_active=True)

    def concerned(self) -> ParticipationQuerySet:
        """Those who hear of a change or a cancellation: whose invitation stands, and who did not say no.

        Also who is suspended: what is written to them goes when they are let in again, if it is still of use.
        """
        return self.filter(_stands()).exclude(answer="no").exclude(member__status=Member.Status.DEPARTED)

    def listed(self, now: datetime) -> ParticipationQuerySet:
        """Those whom the list of participants and its numbers hold: the live ones, but of an event that is over all who
        were invited while it took place, and all who came, whatever became of their membership and account since.
        """
        is_live = _stands() & Q(member__is_active=True)
        return self.filter(is_live | Q(event__ends_at__lte=now) & (_stood_then() | Q(attended=True)))

    def live_for(self, member: Member) -> ParticipationQuerySet:
        """The member's own live ones."""
        return self.filter(_is_through(member.pk), member=member.pk, withdrawn_at=None)

    def settled(self) -> ParticipationQuerySet:
        """Whom nobody need invite: whose invitation stands, and from whom it was taken back."""
        return self.filter(_stands() | Q(withdrawn_at__isnull=False))

    def unanswered(self) -> ParticipationQuerySet:
        return self.filter(answer="")

    def attending(self) -> ParticipationQuerySet:
        return self.filter(answer="yes", has_seat=True)

    def interested(self) -> ParticipationQuerySet:
        return self.filter(Q(answer="yes", has_seat=True) | Q(answer="maybe"))

    def not_declined(self) -> ParticipationQuerySet:
        """All but those who said no or wait for a seat."""
        return self.exclude(answer="no").filter(queue_number=None)

    def waiting(self) -> ParticipationQuerySet:
        """The waiting list in its order."""
        return self.exclude(queue_number=None).order_by("queue_number")


def _stands() -> Q:
    """Not taken back, and, where it came from a membership, while that lasts."""
    return Q(_is_through(OuterRef("member")), withdrawn_at=None)


def _is_through(member: Any) -> Q:
    """Invited by hand, or through a membership of the ``member`` that lasts."""
    memberships = Membership.objects.current().there_since("invited_at")
    return Q(via_group=None) | Q(Exists(memberships.filter(group=OuterRef("via_group"), member=member)))


def _stood_then() -> Q:
    """The same at the time of the event. A membership that ended on the first day counts: it has no hour."""
    starts_at = ExpressionWrapper(OuterRef("event__starts_at"), output_field=models.DateTimeField())
    lasted = Q(ended_on=None) | Q(ended_on__gte=TruncDate(starts_at, tzinfo=UTC))
    memberships = Membership.objects.there_since("invited_at")
    was_in_group = memberships.filter(lasted, group=OuterRef("via_group"), member=OuterRef("member"))
    is_in_time = Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("event__ends_at"))
    return is_in_time & (Q(via_group=None) | Q(Exists(was_in_group)))
