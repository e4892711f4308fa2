"""The rule by which a reader was told of a post, as its mail keeps it, and switching off just that rule.

A rule is written ``what-number``: ``thread`` for one that is followed, ``topic`` and ``group`` for wider choices; and
without a choice ``addressed`` for a thread in which one was mentioned or answered, ``new`` for new threads of a group.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.discussions.levels import Level

if TYPE_CHECKING:
    from apps.discussions.following import Choice
    from apps.discussions.models import Subscription, Thread
    from apps.discussions.querysets import SubscriptionQuerySet
    from apps.members.models import Member

_WORDS = {
    "thread": _("Posts in this one discussion"),
    "addressed": _("Posts in this one discussion"),
    "topic": _("Posts on a topic you follow"),
    "group": _("Posts in a group you follow"),
    "new": _("New discussions in this group of yours"),
}
# What a rule without a choice is about; switched on again, there is no choice again.
_UNCHOSEN = {"addressed": "thread", "new": "group"}


def rule_for(thread: Thread, choice: Choice, *, is_addressed: bool) -> str:
    """Return the rule by which a mail goes out, as ``following.words_of`` says it in words."""
    row: Subscription | None = choice.subscription
    if is_addressed and choice.level != Level.ALL:
        return f"addressed-{thread.pk}"
    if row is None:
        return f"new-{thread.group_id}"
    if row.thread_id:
        return f"thread-{thread.pk}"
    return f"topic-{row.topic_id}" if row.topic_id else f"group-{row.group_id}"


def place_of(rule: str) -> tuple[str, int]:
    """Return the column of a subscription in which the rule is changed, and the number there."""
    what, _dash, number = rule.partition("-")
    return _UNCHOSEN.get(what, what), int(number)


def words_for(rule: str) -> str | Promise:
    """Return what a rule tells of, without the name of anything: the page that shows it asks for no login."""
    return _WORDS[rule.partition("-")[0]]


def is_off(subscriptions: SubscriptionQuerySet, rule: str, member: Member) -> bool:
    """Whether the rule brings the member nothing any more. One query."""
    column, number = place_of(rule)
    rows = subscriptions.filter(member=member.pk, **{column: number})
    if column == "thread":
        return rows.filter(level=Level.MUTE).exists()
    return (
        rows.exclude(level=Level.ALL).exists() if rule.startswith("new-") else not rows.filter(level=Level.ALL).exists()
    )


@transaction.atomic
def switch(subscriptions: SubscriptionQuerySet, rule: str, member: Member, *, is_on: bool) -> None:
    """Switch just this rule off, or on again; twice does no more.

    A thread goes silent, a topic is followed no more, of a group one still gets what is addressed to oneself. Asks no
    permission: it opens nothing, and who lost sight of a thread may silence it.
    """
    column, number = place_of(rule)
    rows = subscriptions.filter(member=member.pk, **{column: number})
    is_unchosen = rule.partition("-")[0] in _UNCHOSEN
    if (is_on and is_unchosen) or (not is_on and column == "topic"):
        # No row is the default. A row of less for a topic would also keep back what one's groups bring on it.
        rows.delete()
        return
    off = Level.MUTE if column == "thread" else Level.MENTIONS
    level = {"level": Level.ALL if is_on else off}
    chosen = subscriptions.model._meta.get_field(column).related_model._default_manager.filter(pk=number)
    if not rows.update(**level) and chosen.exists():  # A topic may be gone by the time somebody is tired of it.
        rows.get_or_create(member=member, **{f"{column}_id": number}, defaults=level)
