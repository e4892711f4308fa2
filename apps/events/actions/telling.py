"""Telling what changed: once, after it has settled, and to each from what they knew before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop as noop

from apps.events.actions.scheduling import concerned_members
from apps.events.models import Event
from apps.members.actions.status import SHUT_OUT
from apps.members.models import Member
from apps.notifications.announcements import announce
from apps.notifications.models import Announcement, OutgoingMail

State = OutgoingMail.State

_MERGED = noop("told with a later change")


@transaction.atomic
def tell_settled_change(event: Event, now: datetime) -> int:
    """Tell participants once what changed, when the change has settled and is not undone. Returns for how many that is.

    Who still waits for the mail about an earlier change, maybe for a suspension to end, gets one mail about both.
    """
    event.lock()
    event.refresh_from_db()
    if event.settles_at is None or event.settles_at > now:
        return 0
    before = event.told
    is_news = event.is_scheduled and before not in (None, event.snapshot)
    event.told = event.settles_at = None
    event.revision += int(is_news)
    event.save(update_fields=["told", "settles_at", "revision"])
    if before is None or not is_news:
        return 0
    groups = _by_last_known(event, before)
    for number, (known, member_ids) in enumerate(groups):
        occasion = f"revision:{event.revision}.{number}"
        announce(
            "event_changed",
            event,
            member_ids,
            occasion,
            made_by=None,
            expires_at=event.ends_at,
            detail={"before": known, "settled_at": now.isoformat()},
        )
    return sum(len(member_ids) for _known, member_ids in groups)


def _by_last_known(event: Event, before: dict[str, Any]) -> list[tuple[dict[str, Any], list[int]]]:
    """Return [(what they knew, who)]: ``before``, but for those who still wait for the mail about an earlier change."""
    concerned = concerned_members(event)
    earlier = _not_yet_told(event)
    groups = [
        (announcement.detail["before"], earlier[announcement.pk])
        for announcement in Announcement.objects.filter(pk__in=earlier).order_by("pk")
    ]
    merged = {member for _known, members in groups for member in members}
    return [(before, [member for member in concerned if member not in merged]), *groups]


def _not_yet_told(event: Event) -> dict[int, list[int]]:
    """Take back earlier notices from those who have no mail of it yet; return {announcement: members}.

    Announcements are stopped first, so that no worker expands them between the two.
    """
    notices = Announcement.objects.filter(
        about_type=ContentType.objects.get_for_model(event), about_id=event.pk, kind="event_changed"
    )
    stopped = list(notices.filter(state=Announcement.State.WAITING).values_list("pk", flat=True))
    notices.filter(pk__in=stopped, state=Announcement.State.WAITING).update(
        state=Announcement.State.CANCELLED, reason=_MERGED
    )
    told = OutgoingMail.objects.about(event).filter(kind="event_changed").exclude(announcement=None)
    waiting = told.filter(Q(state=State.QUEUED) | _until_let_in())
    earlier: defaultdict[int, list[int]] = defaultdict(list)
    for announcement, member in waiting.values_list("announcement", "member"):
        earlier[announcement].append(member)
    waiting.cancel_for_good(_MERGED)
    for notice in notices.filter(pk__in=stopped):
        earlier[notice.pk] += notice.member_ids[notice.position :]
    return earlier


def _until_let_in() -> Q:
    """Mails that go when their reader's suspension ends."""
    return Q(state=State.CANCELLED, reason__in=SHUT_OUT, sent_at=None, member__status=Member.Status.SUSPENDED)
