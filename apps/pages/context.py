"""What every page shows around its own matter."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.members.permissions import is_active
from apps.notifications.models import Notification


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Give templates what masthead and banner want.

    ``unread_count`` is asked for only where it is shown (one query and the roles'), and only for members.
    """
    shown = {
        "is_demo": settings.PORTAL_DEMO,
        "needs_second_factor": getattr(request, "needs_second_factor", False),
    }
    user = getattr(request, "user", None)
    if is_active(user):
        shown["unread_count"] = SimpleLazyObject(lambda: Notification.objects.count_unread(user))
    return shown
