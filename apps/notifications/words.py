"""The messages behind notices, for those to whom they were sent: whoever missed the mail reads them in the portal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core.prepared import Prepared
from apps.notifications.models import Notification, OutgoingMail
from apps.notifications.models.notice import Words
from apps.notifications.querysets import noticed_models
from apps.notifications.recipients import member_key


def add_words(member: Any, notices: Sequence[Notification]) -> None:
    """Give the member's notices their ``words``, where a mail with words of its own was written to them. One query.

    Old words are forgotten with the bodies of the mails. Whether its subject may still be seen decides the notice; what
    was said to some of its readers alone is for those who are still among them: a subject's ``heard_by``.
    """
    found = _SAID.rows(member, member_key(member.pk), *sorted({notice.about_key for notice in notices}))
    words = {(kind, about, occasion): Words(*text) for kind, about, occasion, *text in found}
    for notice in notices:
        notice.words = words.get((notice.kind, notice.about_key, notice.occasion))


def _said(reader: Any, recipient: str, *about: str) -> QuerySet[Any]:
    said = OutgoingMail.objects.filter(recipient_key=recipient, about_key__in=about).exclude(announcement__title="")
    for model in noticed_models():
        rows: Any = model._default_manager.all()
        if hasattr(rows, "heard_by"):
            of_model = Q(about_type__app_label=model._meta.app_label, about_type__model=model._meta.model_name)
            said = said.exclude(of_model & ~Exists(rows.heard_by(reader).filter(pk=OuterRef("about_id"))))
    return said.filter(announcement__isnull=False).values_list(
        "kind", "about_key", "occasion", "announcement__title", "announcement__paragraph"
    )


_SAID = Prepared(_said, with_groups_of_staff=True)
