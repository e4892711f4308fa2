"""One saying to many: small audiences at once, large ones in chunks by the worker."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.core.away import is_away
from apps.core.refused import Refused
from apps.notifications import holds
from apps.notifications.kinds import KINDS
from apps.notifications.models import Announcement
from apps.notifications.nudge import nudge_work
from apps.notifications.outbox import Saying, recipients_with_ids, say
from apps.notifications.subjects import load

logger = logging.getLogger(__name__)

AT_ONCE = 200
CHUNK = 500
# After the first chunk of many, so that the first mails leave while the others are written: SQLite has one writer and
# no fairness, and the mail worker would wait for the last chunk.
HEAD_START_SECONDS = 0.25


@transaction.atomic
def announce(
    kind: str,
    about: models.Model,
    member_ids: list[int],
    occasion: str,
    *,
    made_by: Any,
    **fields: Any,
) -> Announcement:
    """Tell the confirmed members: up to 200 in the caller's transaction, more by the worker from the kept ids.

    ``fields`` are those of ``Announcement`` (title, paragraph, detail, expires_at).
    """
    announcement = announce_later(kind, about, member_ids, occasion, made_by=made_by, **fields)
    if len(member_ids) <= AT_ONCE:
        expand_chunk(announcement, timezone.now(), limit=AT_ONCE)
    else:
        nudge_work()
    return announcement


def announce_later(kind: str, about: models.Model, member_ids: list[int], occasion: str, **fields: Any) -> Announcement:
    """Leave even a small audience to the worker.

    So does a restore: mail is on hold then, and the ledger, which knows who was told before, is carried over last.
    """
    return Announcement.objects.create(
        kind=kind,
        about_type=ContentType.objects.get_for_model(about),
        about_id=about.pk,
        occasion=occasion,
        member_ids=list(member_ids),
        **fields,
    )


def resume(kind: str, about: models.Model, expires_at: datetime) -> int:
    """Have the worker go on with the announcements of this kind that were stopped; return how many.

    What stood in a backup and was set aside, itself or with the mail, stays so: it may have been said before.
    """
    stopped = Announcement.objects.filter(
        kind=kind,
        about_type=ContentType.objects.get_for_model(about),
        about_id=about.pk,
        state=Announcement.State.CANCELLED,
    ).exclude(reason=holds.SET_ASIDE)
    aside = stopped.filter(created_at__lte=Subquery(holds.set_aside().values("made_at")[:1]))
    aside.update(reason=holds.SET_ASIDE)
    resumed = stopped.update(state=Announcement.State.WAITING, reason="", expires_at=expires_at)
    if resumed:
        nudge_work()
    return resumed


def expand_waiting(now: datetime, *, max_chunks: int = 40) -> int:
    """Expand announcements chunk by chunk, each chunk in one transaction; return how many members were handled."""
    handled = 0
    for _turn in range(max_chunks):
        announcement = Announcement.objects.filter(state=Announcement.State.WAITING).order_by("pk").first()
        if announcement is None:
            break
        handled += _expand_or_park(announcement, now)
        if announcement.state == Announcement.State.WAITING and announcement.position == CHUNK:
            time.sleep(HEAD_START_SECONDS)
    return handled


def _expand_or_park(announcement: Announcement, now: datetime) -> int:
    """Expand one chunk; an announcement that can not be expanded is parked, visibly, and stops no other."""
    try:
        with transaction.atomic():
            return expand_chunk(announcement, now)
    except Refused as refusal:
        _park(announcement, Announcement.State.CANCELLED, str(refusal))
    except Exception as fault:
        if is_away(fault):
            raise
        logger.exception("Announcement %s could not be expanded.", announcement.pk)
        _park(announcement, Announcement.State.FAILED, type(fault).__name__)
    return 0


def _park(announcement: Announcement, state: Announcement.State, reason: str) -> None:
    waiting = Announcement.objects.filter(pk=announcement.pk, state=Announcement.State.WAITING)
    waiting.update(state=state, reason=reason[:200])


def expand_chunk(announcement: Announcement, now: datetime, *, limit: int = CHUNK) -> int:
    """Tell the next ``limit`` members: the owning app's rows first, then the ledger's. Call inside a transaction."""
    start = announcement.position
    ids = announcement.member_ids[start : start + limit]
    end = start + len(ids)
    is_last = end >= len(announcement.member_ids)
    state = Announcement.State.DONE if is_last else Announcement.State.WAITING
    about = load(announcement.about_type_id, announcement.about_id)
    if about is None:
        raise Refused(_("What this was about is gone."))
    # In the order in which everybody holds them: who changes the thing then sees to what is being said of it.
    about.lock()
    if not _advance(announcement, end, state):
        return 0
    told = about.before_announced(announcement, ids, now)
    saying = Saying(
        announcement.kind,
        about,
        announcement.occasion,
        expires_at=announcement.expires_at,
        announcement=announcement,
        is_bulk=len(announcement.member_ids) > AT_ONCE and not KINDS[announcement.kind].is_urgent,
    )
    say(saying, recipients_with_ids(told))
    return len(ids)


def _advance(announcement: Announcement, position: int, state: Announcement.State) -> bool:
    """Move on from the position we know; False when another worker did."""
    ours = Announcement.objects.filter(
        pk=announcement.pk, position=announcement.position, state=Announcement.State.WAITING
    )
    if ours.update(position=position, state=state) != 1:
        return False
    announcement.position, announcement.state = position, state
    return True
