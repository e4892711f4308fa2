"""What a reader wants to be told of: of one thread, of a topic, of a group; and when posts without names are told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.discussions.levels import Level
from apps.discussions.models.thread import Thread
from apps.discussions.querysets import SubscriptionQuerySet
from apps.members.models import Group, Topic


class Subscription(Timestamped):
    """One choice of one reader. A choice for the thread counts before those for its topics and its group; of these the
    one that tells most.

    No row: new threads of one's own groups, and what is addressed to oneself (``apps.discussions.following``).
    Writing in an unattributed thread makes no row, so one tells nothing about who wrote.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="subscriptions")
    thread = models.ForeignKey(Thread, models.CASCADE, null=True, related_name="subscriptions")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, related_name="subscriptions")
    group = models.ForeignKey(Group, models.CASCADE, null=True, related_name="subscriptions")
    level = models.CharField(_("what one gets"), max_length=10, choices=Level)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["member", "thread"], name="subscription_thread_once"),
            models.UniqueConstraint(fields=["member", "topic"], name="subscription_topic_once"),
            models.UniqueConstraint(fields=["member", "group"], name="subscription_group_once"),
            models.CheckConstraint(
                condition=Q(thread__isnull=False, topic=None, group=None)
                | Q(thread=None, topic__isnull=False, group=None)
                | Q(thread=None, topic=None, group__isnull=False),
                name="subscription_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} · {self.thread_id or self.topic_id or self.group_id} · {self.level}"


class PostBatch(models.Model):
    """One fixed time at which posts without names were told. That a time is done is kept here, so that a post written
    after it waits for the next one, whoever wrote it and whenever.
    """

    slot_at = models.DateTimeField(unique=True)

    class Meta:
        verbose_name = _("batch of posts")
        verbose_name_plural = _("batches of posts")

    def __str__(self) -> str:
        return f"{self.slot_at:%Y-%m-%d %H:%M}Z"
