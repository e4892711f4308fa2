"""What the mail engine asks a thread: whom a saying is for, its words, whether a mail is still wanted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_noop as noop

from apps.core.links import absolute, absolute_url
from apps.discussions import following, letters, rules
from apps.discussions.following import Choice
from apps.discussions.telling import mentioned_in, numbers_told, posts_answered_in
from apps.members.models import Member
from apps.notifications.models import OutgoingMail, Preference
from apps.notifications.models.reminder import reminder_occasion
from apps.notifications.recipients import MEMBER_PREFIX, Recipient, recipient_of
from apps.notifications.subjects import Attachment

if TYPE_CHECKING:
    from apps.discussions.models import Post, Thread
    from apps.members.managers import MemberQuerySet
    from apps.notifications.models import Announcement, Reminder


UNSEEN = noop("may not see it any more")
GONE = noop("what it tells of was deleted or hidden")

State = OutgoingMail.State
_NEVER_LEFT = (State.SUPPRESSED, State.MISSED, State.CANCELLED, State.FAILED)
_WAITING = (State.QUEUED, State.CLAIMED)


class ThreadMails(models.Model):
    """The thread as the subject of mails (``notifications.subjects``). ``self`` is always a Thread."""

    class Meta:
        abstract = True

    def is_reminder_due(self: Any, reminder: Reminder) -> bool:
        """Whether there is something to tell. Of what went out already each mail says itself why it is not wanted."""
        return reminder.state == reminder.State.SENT or bool(not self.is_hidden and self.posts_told(reminder.rule))

    def reminder_recipients(
        self: Any, reminder: Reminder, after: str, limit: int, now: datetime
    ) -> Iterable[Recipient]:
        """By member number. Who follows and is addressed gets one mail: the one that says they are addressed."""
        posts = self.posts_told(reminder.rule)
        authors = {post.author_id for post in posts if self.is_named}
        people = self._audience(reminder, posts).exclude(pk__in=authors - {None}).order_by("pk")
        if after:
            people = people.filter(pk__gt=int(after.removeprefix(MEMBER_PREFIX)))
        return [recipient_of(member) for member in people[:limit]]

    def _audience(self: Any, reminder: Reminder, posts: list[Post]) -> MemberQuerySet:
        is_first = any(post.number == 1 for post in posts)
        addressed = self.addressed_in(posts)
        if reminder.kind == "thread_batch":
            return following.readers_of_post(self, is_first=is_first, addressed=addressed)
        if reminder.kind == "thread_post":
            told = addressed - _without("thread_addressed", addressed)
            return following.readers_of_post(self, is_first=is_first, addressed=()).exclude(pk__in=told)
        everyone = following.readers_of_post(self, is_first=is_first, addressed=addressed).filter(pk__in=addressed)
        # With its instant: after a restore another post may have the number.
        occasion = reminder_occasion(f"discussions.post:{posts[0].number}", reminder.anchor_at)
        known = OutgoingMail.objects.about(self).filter(kind="thread_post", occasion=occasion, member=OuterRef("pk"))
        # A row that waits, of a kind that is switched off, will not leave.
        off = _without("thread_post", addressed)
        known = known.exclude(state__in=_NEVER_LEFT).exclude(state__in=_WAITING, member__in=off)
        return everyone.filter(~Exists(known))

    def addressed_in(self: Any, posts: list[Post]) -> set[int]:
        """Return the numbers of the people the posts mention, and of those whose named posts they answer."""
        texts = [post.text for post in posts]
        return mentioned_in(texts) | self._answered_in(texts)

    def _answered_in(self: Any, texts: list[str]) -> set[int]:
        numbers = tuple(sorted(posts_answered_in(texts))[:50]) if self.is_named else ()
        if numbers and numbers not in self.known_answered:
            answered = self.posts.shown().filter(number__in=numbers).exclude(author=None)
            self.known_answered[numbers] = set(answered.values_list("author", flat=True))
        known: set[int] = self.known_answered.get(numbers, set())
        return known

    def posts_told(self: Any, rule: str) -> list[Post]:
        """Return the posts a rule or an occasion speaks of, those that still stand. One query per instance and rule."""
        first, last = numbers_told(rule)
        if (first, last) not in self.known_posts:
            found = self.posts.shown().numbered(first, last).select_related("author__organisation", "attachment")
            self.known_posts[first, last] = list(found)
        known: list[Post] = self.known_posts[first, last]
        return known

    def mail_context(self: Any, mail: OutgoingMail, recipient: Recipient) -> dict[str, Any]:
        if mail.kind == "post_reported":
            return letters.report_context(self)
        return letters.context_of(self, mail, recipient, self._why(mail, recipient))

    def _why(self: Any, mail: OutgoingMail, recipient: Recipient) -> dict[str, str]:
        posts = self.posts_told(mail.occasion)
        texts = [post.text for post in posts]
        choice = self.choice_of(recipient.member)
        rule = self.mail_rule(mail, recipient)
        return {
            "why": following.words_of(
                choice,
                is_mentioned=recipient.member_id in mentioned_in(texts),
                is_answered=recipient.member_id in self._answered_in(texts),
            ),
            "rule_url": _where_to_change(self, rule),
        }

    def mail_rule(self: Any, mail: OutgoingMail, recipient: Recipient) -> str:
        if recipient.member is None or mail.kind == "post_reported":
            return ""
        is_addressed = recipient.member_id in self.addressed_in(self.posts_told(mail.occasion))
        return rules.rule_for(self, self.choice_of(recipient.member), is_addressed=is_addressed)

    def rule_words(self: Any, rule: str) -> str | Promise:
        return rules.words_for(rule)

    def is_rule_off(self: Any, rule: str, member: Member) -> bool:
        return rules.is_off(following.subscriptions_of(self), rule, member)

    def switch_rule(self: Any, rule: str, member: Member, *, is_on: bool) -> None:
        rules.switch(following.subscriptions_of(self), rule, member, is_on=is_on)

    def mails_wait_until(self: Any, kind: str) -> datetime | None:
        return None

    def is_wanted(self: Any, mail: OutgoingMail, recipient: Recipient, now: datetime) -> str:
        """As fresh as this instance and ``recipient.member`` are."""
        member = recipient.member
        if member is None or not member.is_active:
            return noop("not an active member")
        if mail.kind == "post_reported":
            return "" if member.has_perm("discussions.lead_thread", self) else noop("does not lead the group any more")
        if not member.has_perm("discussions.view_thread", self):
            return UNSEEN
        posts = self.posts_told(mail.occasion)
        if not posts:
            return GONE
        is_wanted = self.choice_of(member).wants(
            is_first=any(post.number == 1 for post in posts),
            is_addressed=member.pk in self.addressed_in(posts),
            is_of_group=following.works_in_group(member, self),
        )
        return "" if is_wanted else noop("not followed any more")

    def mail_attachments(self: Any, mail: OutgoingMail, recipient: Recipient) -> list[Attachment]:
        return []

    def is_mail_visible_to(self: Any, member: Any) -> bool:
        return bool(member.has_perm("discussions.view_thread", self))

    def before_announced(self: Any, announcement: Announcement, member_ids: list[int], now: datetime) -> list[int]:
        return member_ids

    def read_ahead(self: Any, mails: list[OutgoingMail], members: list[Member]) -> Iterable[models.Model]:
        """Three queries, however many mails."""
        Member.objects.read_roles(members)
        self.known_choices.update(following.choices_of(members, self))
        return []

    def choice_of(self: Any, member: Member | None) -> Choice:
        """Return what the member wants of this thread. Two queries unless it was read ahead."""
        if member is None:
            return Choice(None)
        if member.pk not in self.known_choices:
            self.known_choices.update(following.choices_of([member], self))
        known: Choice = self.known_choices[member.pk]
        return known

    @cached_property
    def known_choices(self: Any) -> dict[int, Choice]:
        """What members want of this thread, read already. As fresh as this instance."""
        return {}

    @cached_property
    def known_answered(self: Any) -> dict[tuple[int, ...], set[int]]:
        """Who wrote posts of these numbers, read already. As fresh as this instance."""
        return {}

    @cached_property
    def known_posts(self: Any) -> dict[tuple[int, int], list[Post]]:
        """Posts read already, by their first and last number. As fresh as this instance."""
        return {}


def _without(kind: str, members: set[int]) -> set[int]:
    """Which of these members have switched off this kind of mail."""
    off = Preference.objects.filter(member__in=members, kind=kind, cadence=Preference.Cadence.OFF)
    return set(off.values_list("member", flat=True))


def _where_to_change(thread: Thread, rule: str) -> str:
    """Where just the rule that caused a mail is changed."""
    column, number = rules.place_of(rule)
    if column == "thread":
        return f"{absolute(thread.get_absolute_url())}#follow"
    return f"{absolute_url('discussions:following')}#{column}-{number}"
