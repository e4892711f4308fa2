"""What is shown under "For you": answers owed on papers, invitations to answer, what comes next, what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Model, Q, QuerySet, Window

from apps.core.prepared import Prepared
from apps.events.models import Event, Participation
from apps.events.standing import ANSWERED, LISTED, Standing, waiting_places
from apps.members.models import Member
from apps.notifications.models import Notification
from apps.notifications.noticed import add_subjects
from apps.publications.standing import Standing as Paper
from apps.publications.standing import running_for

NEEDS_SHOWN = 20
NEXT_SHOWN = 10
NOTICES_SHOWN = 10
PAPERS_SHOWN = 10

Answer = Participation.Answer


@dataclass(frozen=True, slots=True)
class Ahead:
    """The next events of one member: those to answer and those they said yes or maybe to, soonest first.

    ``need_count`` is how many there are to answer, ``needs`` and ``coming`` are no more than are shown.
    """

    needs: list[Standing]
    coming: list[Standing]
    need_count: int

    @property
    def more_needs(self) -> int:
        """How many more wait than are shown."""
        return self.need_count - len(self.needs)


def ahead_of(member: Member, now: datetime) -> Ahead:
    """Return what lies ahead of the member. One query beside the roles'."""
    known = [Standing(part.event, member, part, now) for part in _AHEAD.objects(member, now)]
    needs = [each for each in known if each.part and not each.part.answer]
    coming = [each for each in known if each.part and each.part.answer]
    return Ahead(needs[:NEEDS_SHOWN], coming[:NEXT_SHOWN], len(needs))


def _ahead(member: Member, now: datetime) -> QuerySet[Participation]:
    parts = Participation.objects.live_for(member).filter(
        Q(answer=Answer.NONE, event__starts_at__gt=now) | Q(answer__in=[Answer.YES, Answer.MAYBE]),
        # A live invitation opens the event, whatever its visibility: no need to ask for that as well.
        event__state=Event.State.SCHEDULED,
        event__ends_at__gt=now,
    )
    parts = parts.select_related("event__group").only(*ANSWERED, *(f"event__{name}" for name in LISTED))
    return parts.annotate(waiting_place=waiting_places()).order_by("event__starts_at", "event")


_AHEAD = Prepared(_ahead, with_groups_of_staff=True)


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers in circulation on which one member may still say something: those that wait for their answer, and
    the others.
    """

    owed: list[Paper]
    others: list[Paper]


def papers_of(member: Member, now: datetime) -> Papers:
    """Return the member's papers, by deadline. One query beside the roles'."""
    running = running_for(member, now)
    owed = [each for each in running if each.owes]
    others = [each for each in running if not each.owes]
    return Papers(owed, others[:PAPERS_SHOWN])


def needed(ahead: Ahead, papers: Papers) -> int:
    """Return how many things need the member."""
    return ahead.need_count + len(papers.owed)


def needed_still(about: Model, member: Any, now: datetime) -> tuple[str, dict[str, Any]]:
    """The panel that counts again once the member has answered on the dashboard. Two queries beside the roles'."""
    return "pages/_needed_still.html", {"need_count": needed(ahead_of(member, now), papers_of(member, now))}


def notices_of(member: Member) -> list[Any]:
    """Return the newest unread notices, each with the ``unread_count`` of all. Two queries beside the roles'."""
    notices = _NOTICES.objects(member)
    add_subjects(notices)
    return notices


def _notices(member: Member) -> QuerySet[Notification]:
    unread = Notification.objects.visible_to(member).unread().annotate(unread_count=Window(Count("pk")))
    return unread.order_by("-pk")[:NOTICES_SHOWN]


_NOTICES = Prepared(_notices)
