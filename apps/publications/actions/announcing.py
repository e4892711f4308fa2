"""Telling members of what was published on their topics: once for each paper, however often it comes and goes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import batched

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q

from apps.members.models import Member
from apps.notifications.announcements import announce
from apps.notifications.models import Announcement
from apps.publications.models import Publication

KIND = "publication_published"
CHUNK = 500


@transaction.atomic
def announce_publication(*, actor: Member | None, publication: Publication) -> int:
    """Tell those who are interested in a topic of a paper just published, or in its key area, and may see it.

    Returns how many are told: nobody of a paper that was announced before. Who publishes it knows. Whether somebody may
    still see it is asked again before each mail. Two queries, and two for each 500 of the audience.
    """
    about_type = ContentType.objects.get_for_model(Publication)
    if Announcement.objects.filter(kind=KIND, about_type=about_type, about_id=publication.pk).exists():
        return 0
    member_ids = [pk for pk in _audience(publication) if actor is None or pk != actor.pk]
    if member_ids:
        announce(KIND, publication, member_ids, "published", made_by=actor)
    return len(member_ids)


def _audience(publication: Publication) -> Iterator[int]:
    on = publication.topics.values("pk")
    above = publication.topics.exclude(parent=None).values("parent")
    interested = Member.topics.through.objects.filter(Q(topic__in=on) | Q(topic__in=above)).values("member")
    members = Member.objects.active().filter(pk__in=interested).order_by("pk")
    for chunk in batched(members.iterator(CHUNK), CHUNK):
        Member.objects.read_roles(list(chunk))
        yield from (member.pk for member in chunk if member.has_perm("publications.view_publication", publication))
