"""Opening, closing and cancelling a circulation. All for the secretariat; the worker closes what is over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.refused import Refused
from apps.members.models import Member
from apps.notifications import reminders
from apps.notifications.announcements import announce
from apps.notifications.models import Announcement, OutgoingMail
from apps.publications.actions.preparing import check_ready, check_reviewers
from apps.publications.actions.stepping import take_step
from apps.publications.audience import ways_in
from apps.publications.models import Circulation, Publication
from apps.publications.planning import plan_chases

State = Circulation.State

CANCELLATION = "cancelled"  # the occasion of its mails in the ledger: one for ever


@transaction.atomic
def open_circulation(
    *, actor: Member, circulation: Circulation, member_ids: list[int], once: str, paragraph: str = "", now: datetime
) -> Announcement:
    """Ask exactly these members, as confirmed on screen, but for who has left meanwhile that through which they came.

    ``once`` comes from the confirming page, so submitting it twice asks once. The paper goes into circulation.
    """
    check_right(actor, circulation)
    hold(circulation)
    if circulation.state != State.PREPARED:
        raise Refused(_("This circulation was opened or cancelled already."))
    check_ready(circulation, now)
    ways = ways_in(circulation, member_ids)
    check_reviewers(circulation, ways["reviewers"])
    confirmed = [*ways["reviewers"], *ways["people"]]
    confirmed += [pk for name in ("groups", "topics") for ids in ways[name].values() for pk in ids]
    if not confirmed:
        raise Refused(_("Nobody is asked. Choose a group, a topic or people first."))
    circulation.state, circulation.opened_at, circulation.opened_by = State.OPEN, now, actor
    circulation.save(update_fields=["state", "opened_at", "opened_by", "updated_at"])
    take_step(actor=actor, publication=circulation.publication, state=Publication.State.CIRCULATING, now=now)
    announcement = ask(actor, circulation, confirmed, f"opened:{once}", ways, paragraph)
    plan_chases(circulation, now)
    return announcement


@transaction.atomic
def close_circulation(*, actor: Member | None, circulation: Circulation, now: datetime) -> Circulation:
    """Take no more comments; the paper's comments are resolved next. ``actor`` None: the worker, after the deadline.

    What is still waiting to be sent is dropped. Refused when it is not open any more.
    """
    if actor is not None:
        check_right(actor, circulation)
    hold(circulation)
    if not circulation.is_open:
        raise Refused(_("This circulation is not open any more."))
    circulation.state, circulation.closed_at, circulation.summarised_at = State.CLOSED, now, None
    circulation.save(update_fields=["state", "closed_at", "summarised_at", "updated_at"])
    _hush(circulation, noop("the circulation was closed"))
    move_paper(actor, circulation, Publication.State.RESOLVING, now)
    return circulation


@transaction.atomic
def close_over(circulation: Circulation, now: datetime) -> None:
    """Close it, unless somebody was given more time since it was found to be over. For the worker."""
    hold(circulation)
    if Circulation.objects.over(now).filter(pk=circulation.pk).exists():
        close_circulation(actor=None, circulation=circulation, now=now)


@transaction.atomic
def cancel_circulation(*, actor: Member, circulation: Circulation, reason: str, now: datetime) -> int:
    """Take the request back for good: what has not been sent is not; who was told of it is told. Returns how many.

    Comments and drafts stay where they are. The paper is a draft again, or its earlier comments are resolved further.
    Refused without a reason once it was opened, and when it was closed or cancelled already.
    """
    check_right(actor, circulation)
    hold(circulation)
    if circulation.state not in (State.PREPARED, State.OPEN):
        raise Refused(_("This circulation is over already."))
    was_open = circulation.is_open
    if was_open and not reason.strip():
        raise Refused(_("Say why: it stands in the mail to those who were asked."))
    circulation.state, circulation.cancel_reason = State.CANCELLED, reason.strip()[:300]
    circulation.save(update_fields=["state", "cancel_reason", "updated_at"])
    if not was_open:
        return 0
    _hush(circulation, noop("the circulation was cancelled"))
    move_paper(actor, circulation, state_before(circulation), now)
    concerned = list(circulation.consultees.concerned().order_by("pk").values_list("member", flat=True))
    announce("circulation_cancelled", circulation, concerned, CANCELLATION, made_by=actor)
    return circulation.consultees.live().count()


def ask(
    actor: Member, circulation: Circulation, member_ids: list[int], occasion: str, ways: dict[str, Any], text: str
) -> Announcement:
    """Send the request to these members, whose rows are made with it."""
    return announce(
        "circulation_invitation",
        circulation,
        member_ids,
        occasion,
        made_by=actor,
        paragraph=text,
        detail=ways,
        expires_at=circulation.deadline_at,
    )


def check_right(actor: Member, circulation: Circulation) -> None:
    if not actor.has_perm("publications.change_circulation", circulation):
        raise Refused(_("Only the secretariat does this."))


def hold(circulation: Circulation) -> None:
    """Hold the rows until the transaction ends, the paper's first as everywhere, and know what they say now."""
    circulation.publication.lock()
    circulation.lock()
    circulation.refresh_from_db()


def state_before(circulation: Circulation) -> str:
    """Return what the paper is again when this circulation is taken back. One query."""
    earlier = circulation.publication.circulations.filter(state=State.CLOSED).exists()
    return Publication.State.RESOLVING if earlier else Publication.State.DRAFT


def move_paper(actor: Member | None, circulation: Circulation, state: str, now: datetime) -> None:
    """Bring the paper along, unless somebody has brought it somewhere else."""
    publication = Publication.objects.get(pk=circulation.publication_id)
    if publication.state == Publication.State.CIRCULATING:
        take_step(actor=actor, publication=publication, state=state, now=now)


def _hush(circulation: Circulation, reason: str) -> None:
    """Drop what is planned, waits to be written, or has not been sent."""
    reminders.plan(circulation, [])
    waiting = Announcement.objects.filter(
        about_type=ContentType.objects.get_for_model(circulation),
        about_id=circulation.pk,
        state=Announcement.State.WAITING,
    )
    waiting.update(state=Announcement.State.CANCELLED, reason=reason)
    OutgoingMail.objects.about(circulation).cancel(reason)
