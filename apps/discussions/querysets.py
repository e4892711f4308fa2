"""The words in which threads and posts are asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from apps.core.prepared import Prepared
from apps.core.searched import SearchedQuerySet
from apps.members.permissions import LEADING_ROLES, visible_q

if TYPE_CHECKING:
    from apps.discussions.models import Thread
    from apps.events.models import Event
    from apps.members.models import Group, Member, Topic
    from apps.publications.models import Publication

# What was last said longer ago counts as read: who joins finds no wall of old threads marked as new.
UNREAD_FOR = timedelta(days=90)

SHOWN_OF_POST = (
    "thread",
    "number",
    "text",  # Drawn anew where an earlier edition of the sanitiser drew it.
    "html",
    "drawn_by",
    "attribution",
    "label",
    "owner_mark",
    "posted_on",
    "posted_at",
    "revision",
    "state",
    "reason",
    "author__name",
    "author__is_active",
    "author__is_listed",
    "author__country",
    "author__shows_country",
    "author__shows_organisation",
    "author__organisation__name",
    "attachment__name",
    "attachment__format",
    "attachment__size",
)


class ThreadQuerySet(SearchedQuerySet):
    def update(self, **kwargs: Any) -> int:
        """Change rows, but never whether a thread shows names: that is settled when it is opened."""
        if "mode" in kwargs:
            raise TypeError("A thread keeps the mode it was opened with.")
        return super().update(**kwargs)

    def visible_to(self, member: Member | None) -> ThreadQuerySet:
        return self.filter(visible_q(member, self.model))

    def newest_first(self) -> ThreadQuerySet:
        """By the last post; ``thread_listed`` serves it."""
        return self.order_by("-last_posted_at", "-pk")

    def with_unread_since(self, member: Member, since: datetime) -> ThreadQuerySet:
        """Each with ``read_number``, how far the member has read, and ``is_unread``; nothing older than ``since``, some
        ``UNREAD_FOR`` ago, counts as unread.
        """
        marks: Any = self.model._meta.get_field("read_marks").related_model
        mine = marks.objects.filter(member=member.pk, thread=OuterRef("pk")).values("number")
        unread = Q(last_posted_at__gte=since, last_number__gt=F("read_number"))
        return self.annotate(read_number=Coalesce(Subquery(mine[:1]), Value(0))).annotate(
            is_unread=ExpressionWrapper(unread, BooleanField())
        )

    def unanswered(self) -> ThreadQuerySet:
        return self.filter(last_number=1)

    def by_name(self) -> ThreadQuerySet:
        return self.filter(mode="named")

    def with_posts_of(self, member: Member) -> ThreadQuerySet:
        """In which the member has written under their name. Unattributed threads are in nobody's list."""
        posts: Any = self.model._meta.get_field("posts").related_model
        return self.by_name().filter(Exists(posts.objects.filter(author=member.pk, thread=OuterRef("pk"))))

    def on_topics(self, topics: Iterable[Topic | int]) -> ThreadQuerySet:
        """On any of these topics; each once."""
        return self.filter(pk__in=self.model.topics.through.objects.filter(topic__in=topics).values("thread"))

    def on_topic_called(self, slug: str) -> ThreadQuerySet:
        """On the topic or one of the finer topics below it."""
        return self.filter(pk__in=_ON_TOPIC.within(None, slug))

    def to_tell(self) -> ThreadQuerySet:
        """Unattributed ones with posts nobody was told of yet; hidden ones wait until they are shown.
        ``thread_to_tell`` serves it.
        """
        untold = self.filter(mode="unattributed", last_number__gt=F("told_number"))
        return untold.filter(is_hidden=False).order_by("pk")

    def of_group(self, group: Group) -> ThreadQuerySet:
        return self.filter(group=group)

    def about_event(self, event: Event | int) -> ThreadQuerySet:
        return self.filter(event=event)

    def about_publication(self, publication: Publication | int) -> ThreadQuerySet:
        return self.filter(publication=publication)


class PostQuerySet(SearchedQuerySet):
    def visible_to(self, member: Member | None) -> PostQuerySet:
        """In threads the member may see. Hidden and deleted ones are among them: as a trace, without their text.

        Asked post by post: a list of all those threads would have SQLite begin with them, whatever else is asked.
        """
        threads: Any = self.model._meta.get_field("thread").related_model
        return self.filter(Exists(threads.objects.visible_to(member).filter(pk=OuterRef("thread"))))

    def shown(self) -> PostQuerySet:
        """Whose text everybody who sees the thread may read."""
        return self.filter(state="shown")

    def without_name_on(self, day: date) -> PostQuerySet:
        """Written on this day without a name, deleted ones too, with no more than ``is_of`` reads;
        ``post_without_name`` serves it.
        """
        return self.filter(posted_on=day).exclude(owner_mark="").only("id", "author", "owner_mark")

    def lifted_by(self, member: Member, day: date) -> PostQuerySet:
        """Written on this day without a name, under the member's since."""
        return self.filter(author=member.pk, posted_on=day, posted_at=None)

    def gone_with_mark(self) -> PostQuerySet:
        """Deleted, and still known to their writer; ``post_gone_with_mark`` serves it."""
        return self.filter(state__in=self.model.GONE).exclude(owner_mark="")

    def shown_whole(self) -> PostQuerySet:
        """With all that a page shows of a post and of who wrote it, and no more: reading much of people costs much."""
        return self.select_related("author__organisation", "attachment").only(*SHOWN_OF_POST)

    def numbered(self, first: int, last: int) -> PostQuerySet:
        """One page: a range of numbers, in their order. Neither counts nor passes over what stands before."""
        return self.filter(number__range=(first, last)).order_by("number")


class ReadMarkQuerySet(models.QuerySet[Any]):
    def advance(self, *, member: Member, thread_id: int, number: int) -> None:
        """Note that the member has read up to this number; never back. One or two statements."""
        mine = self.filter(member=member.pk, thread=thread_id)
        if mine.filter(number__lt=number).update(number=number) or mine.exists():
            return
        self.bulk_create([self.model(member=member, thread_id=thread_id, number=number)], ignore_conflicts=True)

    def advance_past_own(self, *, member: Member, thread_id: int, number: int) -> None:
        """Note that the member has written the post of this number: read, if all before it was; else nothing moves.

        Never of a thread without names. One statement, two for the first post.
        """
        if number == 1:
            self.advance(member=member, thread_id=thread_id, number=number)
        else:
            self.filter(member=member.pk, thread=thread_id, number=number - 1).update(number=number)


class RevisionQuerySet(models.QuerySet[Any]):
    def newest_first(self) -> RevisionQuerySet:
        return self.order_by("-revision")

    def without_name_on(self, day: date) -> RevisionQuerySet:
        """Replaced on this day in threads without names, with no more than ``is_of`` reads;
        ``post_revision_without_name`` serves it.
        """
        rows = self.filter(replaced_on=day, replaced_at=None).select_related("post")
        return rows.only("id", "post__id", "post__author", "post__owner_mark")


class ReportQuerySet(models.QuerySet[Any]):
    def waiting(self) -> ReportQuerySet:
        """Nobody has settled yet, the oldest first; ``post_report_waiting`` serves it."""
        return self.filter(state="open").order_by("reported_on", "pk")

    def settle(self, *, by: Member | None, on: date, is_upheld: bool) -> int:
        """Settle those that are open, and forget the text they kept; return how many there were."""
        state = "upheld" if is_upheld else "dismissed"
        return self.filter(state="open").update(state=state, settled_on=on, settled_by=by, text="")

    def without_name_on(self, day: date) -> ReportQuerySet:
        """Sent on this day in threads without names, with no more than ``is_of`` reads."""
        return self.filter(reported_on=day, reporter=None).only("post", "reporter_mark")

    def led_by(self, member: Member) -> ReportQuerySet:
        """About posts in threads the member leads; agrees with ``discussions.lead_thread``."""
        if member.is_staff:
            return self.all()
        led = [group for group, role in member.group_roles().items() if role in LEADING_ROLES]
        return self.filter(post__thread__group__in=led)


class SubscriptionQuerySet(models.QuerySet[Any]):
    def to_thread(self, thread: Thread) -> SubscriptionQuerySet:
        return self.filter(thread=thread)

    def around(self, thread: Thread) -> SubscriptionQuerySet:
        """To the thread's group, or to one of its topics or the topic above that."""
        topics = thread.topics.through.objects.filter(thread=thread)
        named = Q(topic__in=topics.values("topic")) | Q(topic__in=topics.values("topic__parent"))
        return self.filter(named | Q(group=thread.group_id))


def _on_topic(_nobody: None, slug: str) -> models.QuerySet[Any]:
    named = Q(topic__slug=slug) | Q(topic__parent__slug=slug)
    return apps.get_model("discussions.Thread").topics.through.objects.filter(named).values("thread")


_ON_TOPIC = Prepared(_on_topic)
