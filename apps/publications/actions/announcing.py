"""Telling members of what was published on their topics: each once for a paper, however often it comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import batched
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as noop

from apps.core.refused import Refused
from apps.members.models import Member
from apps.notifications import holds
from apps.notifications.announcements import announce
from apps.notifications.kinds import KINDS
from apps.notifications.models import Announcement, OutgoingMail
from apps.notifications.outbox import open_again
from apps.publications.models import Publication

KIND = "publication_published"
CHUNK = 500


@transaction.atomic
def announce_publication(*, actor: Member | None, publication: Publication, now: datetime) -> int:
    """Tell those who are interested in a topic of a paper just published, or in its key area, and may see it.

    Returns how many are told. Of a paper that is published again those are whom the news had not reached when it was
    taken back, and who is interested since. Who publishes it knows. Whether somebody may still see it is asked again
    before each mail. Three queries, and two for each 500 of the audience; of one published again a few more.
    """
    member_ids = [pk for pk in _audience(publication) if actor is None or pk != actor.pk]
    if not _earlier(publication).exists():
        return _announce(actor, publication, member_ids)
    addressed = _addressed(publication)
    reopened = _tell_still(publication, set(member_ids), now)
    return reopened + _announce(actor, publication, [pk for pk in member_ids if pk not in addressed])


@transaction.atomic
def announce_still(*, actor: Member, publication: Publication, now: datetime) -> int:
    """Tell of what is published those whom the news has not reached: others may see it now, it has further topics, or
    they came later. Returns how many. Refused without the right, and of what is not out.
    """
    publication.lock()
    publication.refresh_from_db()
    if not actor.has_perm("publications.publish_publication", publication):
        raise Refused(_("You may not take this step."))
    if publication.state != Publication.State.PUBLISHED:
        raise Refused(_("It is not published now: there is no news to tell."))
    return announce_publication(actor=actor, publication=publication, now=now)


def untold(publication: Publication, actor: Member) -> set[int]:
    """Return the members whom ``announce_still`` would tell."""
    known = set(_news(publication).exclude(pk__in=_news(publication).dropped()).values_list("member", flat=True))
    for announcement in _on_their_way(_earlier(publication)):
        known.update(announcement.member_ids[announcement.position :])
    return set(_audience(publication)) - known - {actor.pk}


def _announce(actor: Member | None, publication: Publication, member_ids: list[int]) -> int:
    if member_ids:
        announce(KIND, publication, member_ids, "published", made_by=actor)
    return len(member_ids)


def _earlier(publication: Publication) -> QuerySet[Any]:
    about_type = ContentType.objects.get_for_model(Publication)
    return Announcement.objects.filter(kind=KIND, about_type=about_type, about_id=publication.pk)


def _news(publication: Publication) -> Any:
    return OutgoingMail.objects.about(publication).filter(kind=KIND)


def _addressed(publication: Publication) -> set[int | None]:
    """The members to whom the news was written, or may have been before a restore.

    What waits to be written is announced anew, to those who are interested now; but while mail is on hold it waits on,
    for whoever lets mail go decides whether it was said before.
    """
    earlier = _earlier(publication)
    waiting = earlier.filter(state=Announcement.State.WAITING)
    if not holds.is_open():
        waiting.update(state=Announcement.State.CANCELLED, reason=noop("published again"))
    written: set[int | None] = set(_news(publication).values_list("member", flat=True))
    for announcement in _on_their_way(earlier):
        written.update(announcement.member_ids[announcement.position :])
    return written


def _on_their_way(earlier: QuerySet[Any]) -> QuerySet[Any]:
    """Those that wait to be written, or may have been before a restore."""
    waiting = earlier.filter(state=Announcement.State.WAITING)
    return waiting | earlier.filter(state=Announcement.State.CANCELLED, reason=holds.SET_ASIDE)


def _tell_still(publication: Publication, audience: set[int], now: datetime) -> int:
    """Open again what had not left, to those who are still interested; return how many."""
    dropped = _news(publication).dropped()
    members = sorted(audience.intersection(dropped.values_list("member", flat=True)))
    expires_at = now + KINDS[KIND].expires_after
    chunks = batched(members, CHUNK)
    return sum(open_again(dropped.filter(member__in=chunk), due_at=now, expires_at=expires_at) for chunk in chunks)


def _audience(publication: Publication) -> Iterator[int]:
    on = publication.topics.values("pk")
    above = publication.topics.exclude(parent=None).values("parent")
    interested = Member.topics.through.objects.filter(Q(topic__in=on) | Q(topic__in=above)).values("member")
    members = Member.objects.active().filter(pk__in=interested).order_by("pk")
    for chunk in batched(members.iterator(CHUNK), CHUNK):
        Member.objects.read_roles(list(chunk))
        yield from (member.pk for member in chunk if member.has_perm("publications.view_publication", publication))
