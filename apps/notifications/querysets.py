"""The words in which the ledger, reminders and notices are asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, Func, OuterRef, Q
from django.db.models.functions import Lower

from apps.core.prepared import Prepared
from apps.notifications.subjects import about_key

_UNFINISHED = ["queued", "claimed", "sending"]


class MailQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime) -> MailQuerySet:
        """Queued and due, in the order of sending; a mail waits while an earlier one about the same to the same
        person is unfinished, so a cancellation never overtakes its invitation."""
        earlier = self.model.objects.filter(
            about_key=OuterRef("about_key"),
            recipient_key=OuterRef("recipient_key"),
            id__lt=OuterRef("id"),
            state__in=_UNFINISHED,
        ).exclude(about_key="")
        queued = self.filter(state="queued", due_at__lte=now)
        return queued.filter(~Exists(earlier)).order_by("priority", "due_at", "id")

    def unsent(self) -> MailQuerySet:
        """Written down but not taken by a worker yet: these can still be cancelled."""
        return self.filter(state="queued")

    def unlocked(self) -> MailQuerySet:
        """Those no other transaction is writing, locked until this one ends.

        Who writes many rows takes these only: two writers that meet in different orders would wait for each other for
        ever. SQLite has one writer at a time and locks nothing here.
        """
        return self.select_for_update(skip_locked=True, of=("self",))

    def unfinished(self) -> MailQuerySet:
        """Written down and neither gone nor given up yet."""
        return self.filter(state__in=_UNFINISHED)

    def since(self, moment: Any) -> MailQuerySet:
        """Written down at that moment or later, or opened again since. By the time of writing too: what a clock wrote
        that was set back since is due before.
        """
        return self.filter(Q(due_at__gte=moment) | Q(created_at__gte=moment))

    def about(self, thing: models.Model) -> MailQuerySet:
        return self.filter(about_key=about_key(thing))

    def needing_a_hand(self) -> MailQuerySet:
        """What waits for a coordinator."""
        return self.filter(state__in=["failed", "unclear"])

    def dropped(self) -> MailQuerySet:
        """Cancelled or missed before they left, and nothing of their kind was written to that reader about that since.

        What opens one of these again tells its reader once.
        """
        later = self.model.objects.filter(
            about_key=OuterRef("about_key"),
            recipient_key=OuterRef("recipient_key"),
            kind=OuterRef("kind"),
            id__gt=OuterRef("id"),
        )
        return self.filter(~Exists(later), state__in=["cancelled", "missed"], sent_at=None)

    def put_off(self, due_at: datetime, **fields: Any) -> None:
        """Have these wait until then; those another worker is taking at this moment are left to it."""
        with transaction.atomic():
            self.model.objects.filter(pk__in=self.unlocked().values("pk")).update(due_at=due_at, **fields)

    def cancel(self, reason: str) -> int:
        """Cancel those of these that are not with a worker; return how many. A code in one is blanked with it."""
        return self.unsent().update(state="cancelled", reason=reason, sealed=b"")

    def cancel_for_good(self, reason: str) -> int:
        """Cancel those too that were cancelled before they left, so that nothing opens these again for a reason that
        has passed: their reader may be told anew. Return how many waited.
        """
        self.filter(state="cancelled", sent_at=None).update(reason=reason)
        return self.cancel(reason)


class SuppressionQuerySet(models.QuerySet[Any]):
    def of(self, addresses: Collection[str]) -> SuppressionQuerySet:
        """Those of these addresses, capitals aside. A database may lower ASCII only, so both spellings are asked."""
        lowered = {address.lower() for address in addresses}
        return self.alias(lowered=Lower("address")).filter(
            Q(lowered__in=lowered) | Q(address__in={*addresses, *lowered})
        )


class ReminderQuerySet(models.QuerySet[Any]):
    def due(self, now: datetime) -> ReminderQuerySet:
        return self.filter(state="scheduled", due_at__lte=now)

    def open_for_late_joiners(self, now: datetime) -> ReminderQuerySet:
        return self.filter(state="sent", includes_late_joiners=True, expires_at__gt=now)

    def about(self, thing: models.Model) -> ReminderQuerySet:
        return self.filter(about_type=ContentType.objects.get_for_model(thing), about_id=thing.pk)


class NotificationQuerySet(models.QuerySet[Any]):
    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)

    def visible_to(self, member: Any) -> NotificationQuerySet:
        """The member's own notices whose subject they may see now. At most the one query for the roles."""
        return self.filter(pk__in=_SEEN.within(member))

    def count_unread(self, member: Any) -> int:
        """Return how many such notices the member has not read. At most the one query for the roles, and one more."""
        [(count,)] = _UNREAD.rows(member)
        return int(count)


def _seen(member: Any) -> models.QuerySet[Any]:
    """The member's notices of which they may see the subject: one subquery per kind of subject."""
    shown = Q(about_type=None)
    for model in noticed_models():
        kind = Q(about_type__app_label=model._meta.app_label, about_type__model=model._meta.model_name)
        # Looked up notice by notice: a list of all one may see would grow with everything there is.
        shown |= kind & Q(Exists(model.objects.visible_to(member).filter(pk=OuterRef("about_id"))))
    notices = apps.get_model("notifications.Notification").objects
    return notices.filter(shown, member=member and member.pk)


def _unread(member: Any) -> models.QuerySet[Any]:
    notices = _seen(member).filter(read_at=None)
    # No aggregate of Django's, which would group: one row with a number, also for none.
    counted = Func(template="COUNT(*)", output_field=models.IntegerField())
    return notices.annotate(count=counted).values_list("count")


_SEEN = Prepared(lambda member: _seen(member).values("pk"))
_UNREAD = Prepared(_unread)


def noticed_models() -> list[Any]:
    """The models that can be the subject of a notice: those that know their mails and who may see them."""
    subjects = [model for model in apps.get_models() if hasattr(model, "mail_context")]
    return [model for model in subjects if hasattr(model._default_manager, "visible_to")]
