"""Those who are asked: later joiners, who is taken off, who is reminded by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.refused import Refused
from apps.members.models import Member
from apps.notifications.announcements import announce
from apps.notifications.models import Announcement, OutgoingMail
from apps.publications.actions.circulating import ask, check_right, hold
from apps.publications.actions.preparing import check_ahead, check_reviewers
from apps.publications.models import Circulation, Consultee


@transaction.atomic
def add_consultees(
    *,
    actor: Member,
    circulation: Circulation,
    member_ids: list[int],
    as_reviewers: bool,
    once: str,
    paragraph: str = "",
    now: datetime,
) -> Announcement:
    """Ask these members as well, picked by hand; who is asked already becomes a reviewer, or keeps access for good.

    Refused when the circulation is not open or its deadline has passed.
    """
    check_right(actor, circulation)
    hold(circulation)
    _check_running(circulation, now)
    if as_reviewers:
        check_reviewers(circulation, member_ids)
    chosen, others = (member_ids, []) if as_reviewers else ([], member_ids)
    ways: dict[str, Any] = {"reviewers": chosen, "people": others, "groups": {}, "topics": {}}
    return ask(actor, circulation, member_ids, f"added:{once}", ways, paragraph)


@transaction.atomic
def remove_consultee(*, actor: Member, consultee: Consultee, now: datetime) -> Consultee:
    """Take somebody off: they see the circulation no more unless they may anyway, and get no more mail about it.

    Their drafts and comments stay. Nobody is told. Twice is once.
    """
    circulation = consultee.circulation
    check_right(actor, circulation)
    hold(circulation)
    if Consultee.objects.filter(pk=consultee.pk, removed_at=None).update(removed_at=now):
        mine = OutgoingMail.objects.about(circulation).filter(member=consultee.member_id)
        mine.exclude(kind="circulation_summary").cancel_for_good(noop("taken off the circulation"))
    consultee.refresh_from_db()
    return consultee


def remind_owing(
    *, actor: Member, circulation: Circulation, member_ids: list[int], once: str, paragraph: str = "", now: datetime
) -> Announcement:
    """Remind those confirmed on screen; who owes nothing any more when the mail leaves does not get it."""
    check_right(actor, circulation)
    circulation.refresh_from_db()
    if not circulation.is_open:
        raise Refused(_("This circulation is not open any more."))
    return announce(
        "circulation_reminder", circulation, member_ids, f"asked:{once}", made_by=actor, paragraph=paragraph
    )


def _check_running(circulation: Circulation, now: datetime) -> None:
    if not circulation.is_open:
        raise Refused(_("Only an open circulation asks further people."))
    check_ahead(circulation.deadline_at, now)
