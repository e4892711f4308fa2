"""Who is told of a post, and by which of their choices: the one rule behind mails, footers and the settings page.

The most particular choice counts: for the thread, else the widest of those for its topics and its group, else the
default. The default: new threads of the groups one works in, and what is addressed to oneself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from apps.discussions.levels import Level
from apps.members.models import Member, Membership
from apps.members.permissions import Role

if TYPE_CHECKING:
    from apps.discussions.models import Subscription, Thread
    from apps.discussions.querysets import SubscriptionQuerySet
    from apps.members.managers import MemberQuerySet

# From what tells least to what tells most.
_WIDTH = {Level.MUTE: 0, Level.MENTIONS: 1, Level.ALL: 2}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader gets of one thread: the level, None for the default, and the subscription it comes from."""

    level: str | None
    subscription: Subscription | None = None

    def wants(self, *, is_first: bool, is_addressed: bool, is_of_group: bool) -> bool:
        """Whether a post concerns the reader: as the first of its thread, or one that is addressed to them."""
        if self.level == Level.ALL or (self.level is None and is_first and is_of_group):
            return True
        return is_addressed and self.level != Level.MUTE


def choices_of(members: Iterable[Member], thread: Thread) -> dict[int, Choice]:
    """Return each member's choice for the thread, by number. Two queries."""
    asked = [member.pk for member in members]
    own = subscriptions_of(thread).to_thread(thread).filter(member__in=asked)
    broad = subscriptions_of(thread).around(thread).filter(member__in=asked).select_related("topic", "group")
    chosen = dict.fromkeys(asked, Choice(None))
    for row in sorted(broad, key=lambda row: _WIDTH[Level(row.level)]):
        chosen[row.member_id] = Choice(row.level, row)
    return chosen | {row.member_id: Choice(row.level, row) for row in own}


def readers_of_post(thread: Thread, *, is_first: bool, addressed: Iterable[int]) -> MemberQuerySet:
    """Return who sees the thread and wants to be told of a post in it; agrees with ``Choice.wants``. One query."""
    own = subscriptions_of(thread).to_thread(thread).filter(member=OuterRef("pk"))
    broad = subscriptions_of(thread).around(thread).filter(member=OuterRef("pk"))
    has_own, has_broad = Q(Exists(own)), Q(Exists(broad))
    wanted = Q(Exists(own.filter(level=Level.ALL))) | (~has_own & Q(Exists(broad.filter(level=Level.ALL))))
    if is_first:
        wanted |= ~has_own & ~has_broad & Q(Exists(_working(thread)))
    muted = Q(Exists(own.filter(level=Level.MUTE))) | (
        ~has_own & has_broad & ~Q(Exists(broad.exclude(level=Level.MUTE)))
    )
    return Member.objects.seeing(thread).filter(wanted | (Q(pk__in=list(addressed)) & ~muted))


def works_in_group(member: Member, thread: Thread) -> bool:
    """Whether the member belongs to the thread's group as more than an observer. No query where roles are held."""
    role = member.group_roles().get(thread.group_id)
    return role is not None and role != Role.OBSERVER


def words_of(choice: Choice, *, is_mentioned: bool, is_answered: bool) -> str:
    """Return the sentence that says by which rule a reader was told."""
    if choice.level != Level.ALL and is_mentioned:
        return _("You receive this because you are mentioned.")
    if choice.level != Level.ALL and is_answered:
        return _("You receive this because it answers a post of yours.")
    row = choice.subscription
    if row is None:
        return _("You receive this because new threads of your groups are told to you.")
    if row.topic is not None:
        return _("You receive this because you follow the topic “%(topic)s”.") % {"topic": row.topic}
    if row.group is not None:
        return _("You receive this because you follow the group “%(group)s”.") % {"group": row.group}
    return _("You receive this because you follow this thread.")


def subscriptions_of(thread: Thread) -> SubscriptionQuerySet:
    """All there are: thread models import what this module offers, so it can not import them."""
    model: Any = thread._meta.get_field("subscriptions").related_model
    found: SubscriptionQuerySet = model.objects.all()
    return found


def _working(thread: Thread) -> Any:
    return Membership.objects.current().filter(group=thread.group_id, member=OuterRef("pk")).exclude(role=Role.OBSERVER)
