"""Who is reached: whom a prepared circulation means, the rows of those asked, and whom a chase is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.refused import Refused
from apps.members.models import Member
from apps.notifications.models import Announcement, Reminder
from apps.notifications.recipients import MEMBER_PREFIX, Recipient

# What somebody has to be given anew who is asked again.
_KEPT = ("added_at", "removed_at", "extended_until")

if TYPE_CHECKING:
    from apps.members.managers import MemberQuerySet
    from apps.publications.models import Circulation, Consultee


def meant(circulation: Circulation) -> MemberQuerySet:
    """Return the active members whom the choice of a prepared circulation means now.

    The paper's authors are not asked for having written it; who names them picks them by hand. One query.
    """
    authors = circulation.publication.authors.exclude(member=None).values("member")
    through = Q(pk__in=_in_groups(circulation).values("pk")) | Q(pk__in=_interested(circulation).values("pk"))
    named = Q(pk__in=circulation.people.values("pk")) | Q(pk__in=circulation.reviewers.values("pk"))
    found: MemberQuerySet = Member.objects.active().filter(named | (through & ~Q(pk__in=authors)))
    return found


def ways_in(circulation: Circulation, member_ids: Iterable[int]) -> dict[str, Any]:
    """Return through what each of the confirmed members is included, as an announcement keeps it.

    ``{"reviewers": [ids], "people": [ids], "groups": {group: [ids]}, "topics": {topic: [ids]}}``, each id once, by the
    first that holds in this order; "also" holds the further groups and topics of those who come through one. Who is in
    none of them any more is left out. Five queries.
    """
    left = set(member_ids)
    ways: dict[str, Any] = {}
    for name in ("reviewers", "people"):
        ways[name] = _taken(left, getattr(circulation, name).values_list("pk", flat=True))
    groups = _in_groups(circulation).order_by("memberships__group__name", "memberships__group")
    topics = _interested(circulation).order_by("topics__title", "topics")
    in_groups = list(groups.values_list("memberships__group", "pk"))
    chosen = {topic.pk for topic in circulation.topics.all()}
    named = topics.values_list("topics", "topics__parent", "pk")
    on_topics = [(thing, pk) for topic, parent, pk in named for thing in (topic, parent) if thing in chosen]
    through = set(left)
    ways["groups"], ways["topics"] = _by_thing(left, in_groups), _by_thing(left, on_topics)
    ways["also"] = {
        "groups": _further(through, in_groups, ways["groups"]),
        "topics": _further(through, on_topics, ways["topics"]),
    }
    return ways


def include(circulation: Circulation, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
    """Ask these members: make their rows or open them again; return those who have to be told.

    Call inside a transaction. Who is asked already and is now picked by hand stays until taken off, as a reviewer where
    they were one; who is now named as a reviewer is told so. Who is asked again after being taken off is what they are
    asked as now. Who was suspended or has left since they were confirmed is not asked.
    """
    circulation.lock()
    circulation.refresh_from_db()
    if not circulation.is_open:
        raise Refused(_("The circulation is not open any more."))
    ways = _by_member(announcement.detail)
    active = Member.objects.active().filter(pk__in=[pk for pk in member_ids if pk in ways])
    wanted = set(active.values_list("pk", flat=True))
    known: dict[int, Consultee] = {row.member_id: row for row in circulation.consultees.filter(member__in=wanted)}
    live = set(circulation.consultees.live().filter(member__in=known).values_list("member", flat=True))
    told = [pk for pk in member_ids if pk in wanted and _take_in(known.get(pk), ways[pk], pk in live, now)]
    model = circulation.consultees.model
    fresh = [model(circulation=circulation, member_id=pk, added_at=now, **ways[pk]) for pk in told if pk not in known]
    _note_further(model.objects.bulk_create(fresh), announcement.detail.get("also", {}))
    return told


def chased(circulation: Circulation, reminder: Reminder, after: str, limit: int) -> list[Recipient]:
    """Return the next of those who owe an answer by the reminder's deadline, by member id. One query.

    Who was named after its time is not chased by it: the request itself has just told them.
    """
    owing = circulation.consultees.live().owing().filter(added_at__lte=reminder.due_at)
    if reminder.anchor_at == circulation.deadline_at:
        owing = owing.exclude(extended_until__gt=circulation.deadline_at)
    else:
        owing = owing.filter(extended_until=reminder.anchor_at)
    if after:
        owing = owing.filter(member__gt=int(after.removeprefix(MEMBER_PREFIX)))
    rows = owing.annotate(
        email=F("member__email"), name=F("member__name"), language=F("member__language"), zone=F("member__time_zone")
    ).values_list("email", "name", "language", "zone", "member")
    return [Recipient(*row) for row in rows.order_by("member")[:limit]]


def _in_groups(circulation: Circulation) -> MemberQuerySet:
    return Member.objects.get_queryset().filter(
        memberships__group__in=circulation.groups.values("pk"), memberships__ended_on=None
    )


def _interested(circulation: Circulation) -> MemberQuerySet:
    chosen = circulation.topics.values("pk")
    return Member.objects.get_queryset().filter(Q(topics__in=chosen) | Q(topics__parent__in=chosen))


def _taken(left: set[int], ids: Iterable[int]) -> list[int]:
    """Take these ids out of ``left``; return those that were there."""
    found = sorted(left & set(ids))
    left.difference_update(found)
    return found


def _by_thing(left: set[int], pairs: Iterable[tuple[int, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for thing, pk in pairs:
        if pk in left:
            left.remove(pk)
            found.setdefault(str(thing), []).append(pk)
    return found


def _further(through: set[int], pairs: Iterable[tuple[int, int]], first: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return {thing: members} of these pairs without those through which the members are included anyway."""
    found: dict[str, list[int]] = {}
    for thing, pk in dict.fromkeys(pairs):
        if pk in through and pk not in first.get(str(thing), ()):
            found.setdefault(str(thing), []).append(pk)
    return found


def _note_further(rows: list[Consultee], also: dict[str, dict[str, list[int]]]) -> None:
    """Note through what else the members of these new rows are asked. One query for each kind of thing."""
    by_member = {row.member_id: row for row in rows}
    for name, field, column in (("groups", "other_groups", "group_id"), ("topics", "other_topics", "topic_id")):
        pairs = [(int(thing), pk) for thing, ids in also.get(name, {}).items() for pk in ids if pk in by_member]
        if pairs:
            link: Any = getattr(type(rows[0]), field).through
            link.objects.bulk_create(link(consultee=by_member[pk], **{column: thing}) for thing, pk in pairs)


def _by_member(detail: dict[str, Any]) -> dict[int, dict[str, Any]]:
    """Return {member: fields of their row} from what an announcement keeps."""
    ways: dict[int, dict[str, Any]] = {pk: {"is_reviewer": True} for pk in detail["reviewers"]}
    ways |= {pk: {} for pk in detail["people"]}
    for name, field in (("groups", "via_group_id"), ("topics", "via_topic_id")):
        for thing, ids in detail[name].items():
            ways |= {pk: {field: int(thing)} for pk in ids}
    return ways


def _take_in(row: Consultee | None, way: dict[str, Any], is_live: bool, now: datetime) -> bool:
    """Bring a known row in line with how its member is asked now; return whether they have to be told."""
    if row is None:
        return True
    is_promoted = way.get("is_reviewer", False) and not row.is_reviewer
    is_by_hand = not (way.get("via_group_id") or way.get("via_topic_id"))
    if is_live and not is_promoted and not is_by_hand:
        return False
    row.via_group_id, row.via_topic_id = way.get("via_group_id"), way.get("via_topic_id")
    # Who was taken off is what they are asked as now; who is asked still stays a reviewer.
    row.is_reviewer = way.get("is_reviewer", False) or (is_live and row.is_reviewer)
    if not is_live:
        row.added_at, row.removed_at, row.extended_until = now, None, None
    row.save(update_fields=[*_KEPT, "via_group", "via_topic", "is_reviewer", "updated_at"])
    return not is_live or is_promoted
