"""What notices are about, read for a whole list at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from apps.notifications.models import Notification
from apps.notifications.querysets import noticed_models


def add_subjects(notices: Sequence[Notification]) -> None:
    """Give the notices their ``subject``, where it is left. One query for each kind of subject among them.

    A queryset's ``named`` brings what names the subject. Whether it may be seen is decided before.
    """
    wanted: dict[int | None, list[Notification]] = defaultdict(list)
    for notice in notices:
        wanted[notice.about_type_id].append(notice)
    for model in noticed_models():
        of_model = wanted.get(ContentType.objects.get_for_model(model).pk, ())
        if not of_model:
            continue
        manager: Any = model._default_manager
        named = manager.named() if hasattr(manager, "named") else manager.all()
        found = named.in_bulk({notice.about_id for notice in of_model})
        for notice in of_model:
            notice.subject = found.get(notice.about_id)
