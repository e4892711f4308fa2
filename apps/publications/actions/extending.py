"""More time: for everybody, or by leave for one person. A circulation that was closed is opened by it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.notifications.announcements import announce, resume
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.models.mail import unwritten
from apps.notifications.outbox import open_again
from apps.publications.actions.circulating import check_right, hold
from apps.publications.actions.preparing import check_ahead
from apps.publications.actions.stepping import take_step
from apps.publications.deadline import Deadline
from apps.publications.models import Circulation, Consultee, Publication
from apps.publications.planning import plan_chases
from apps.publications.querysets import ConsulteeQuerySet


@transaction.atomic
def extend_deadline(*, actor: Member, circulation: Circulation, deadline: Deadline, once: str, now: datetime) -> int:
    """Move the deadline of all to a later one and tell those who were told of it; ask those whom the request has not
    reached. Returns how many are asked.

    Chases follow the new deadline. Refused for a deadline that is not later, and for a circulation that was cancelled
    or whose paper has gone on.
    """
    check_right(actor, circulation)
    hold(circulation)
    before = circulation.deadline_at
    new = deadline.resolved()[0]
    check_ahead(new, now)
    if new <= before:
        raise Refused(_("This is not later than the present deadline, and people count on that one."))
    _open_again(actor, circulation, now)
    circulation.deadline_on, circulation.deadline_time = deadline.day, deadline.at
    circulation.deadline_zone = deadline.zone
    circulation.save(update_fields=["deadline_on", "deadline_time", "deadline_zone", "updated_at"])
    _say_the_new(circulation, before)
    _ask_still(circulation, circulation.consultees.all(), circulation.deadline_at, now)
    plan_chases(circulation, now)
    concerned = list(circulation.consultees.concerned().order_by("pk").values_list("member", flat=True))
    _tell(actor, circulation, concerned, before, once)
    return circulation.consultees.live().count()


@transaction.atomic
def extend_consultee(*, actor: Member, consultee: Consultee, until: datetime, once: str, now: datetime) -> Consultee:
    """Give one person more time than all, and tell them. ``until``: the first instant that is too late, in UTC."""
    circulation = consultee.circulation
    check_right(actor, circulation)
    hold(circulation)
    consultee.refresh_from_db()
    before = circulation.takes_comments_until(consultee)
    check_ahead(until, now)
    if until <= before:
        raise Refused(_("This is not later than what holds for this person now."))
    if not circulation.consultees.live().filter(pk=consultee.pk).exists():
        raise Refused(_("This person is not asked any more."))
    _open_again(actor, circulation, now)
    consultee.extended_until = until
    consultee.save(update_fields=["extended_until", "updated_at"])
    _ask_still(circulation, circulation.consultees.filter(pk=consultee.pk), until, now)
    plan_chases(circulation, now)
    _tell(actor, circulation, [consultee.member_id], before, once)
    return consultee


def _open_again(actor: Member, circulation: Circulation, now: datetime) -> None:
    """A deadline that lies ahead needs an open circulation; the paper goes back into circulation with it."""
    if circulation.is_open:
        return
    if circulation.state != Circulation.State.CLOSED:
        raise Refused(_("Only a circulation that was opened, and not cancelled, can be given more time."))
    if circulation.told_at is not None:
        raise Refused(_("What became of the comments was told already. Circulate the paper anew instead."))
    others = circulation.publication.circulations.filter(state__in=["prepared", "open"])
    if others.exists():
        raise Refused(_("The next circulation of this paper has been prepared already."))
    circulation.state, circulation.closed_at = Circulation.State.OPEN, None
    circulation.save(update_fields=["state", "closed_at", "updated_at"])
    publication = Publication.objects.get(pk=circulation.publication_id)
    take_step(actor=actor, publication=publication, state=Publication.State.CIRCULATING, now=now)


def _say_the_new(circulation: Circulation, before: datetime) -> None:
    """What waits to be written is of use until the new deadline; what the closing stopped goes on."""
    waiting = Announcement.objects.filter(
        about_type=ContentType.objects.get_for_model(circulation),
        about_id=circulation.pk,
        state=Announcement.State.WAITING,
    )
    waiting.filter(expires_at=before).update(expires_at=circulation.deadline_at)
    resume("circulation_invitation", circulation, circulation.deadline_at)


def _ask_still(circulation: Circulation, consultees: ConsulteeQuerySet, until: datetime, now: datetime) -> None:
    """The request that has not left is of use until the new deadline, and says it.

    So does one that could not leave before the old one or the closing: it waits again.
    """
    members = consultees.filter(removed_at=None).values("member")
    requests = OutgoingMail.objects.about(circulation).filter(kind="circulation_invitation", member__in=members)
    requests.unfinished().filter(expires_at__lt=until).update(expires_at=until)
    written: dict[str, Any] = unwritten()
    requests.unsent().update(**written)
    open_again(requests.dropped(), due_at=now, expires_at=until)


def _tell(actor: Member, circulation: Circulation, member_ids: list[int], before: datetime, once: str) -> None:
    detail = {"before": before.isoformat()}
    announce("circulation_changed", circulation, member_ids, f"extended:{once}", made_by=actor, detail=detail)
