"""Who stands behind a request: in views that only members reach, and in public ones."""

from __future__ import annotations

from django.http import HttpRequest

from apps.members.models import Member
from apps.members.permissions import is_active


class MemberRequest(HttpRequest):
    """For annotations: a request that LoginRequiredMiddleware let through, so its user is a member."""

    user: Member


def reader_of(request: HttpRequest) -> Member | None:
    """Return the member who reads a public page, None for a stranger, as the access policy wants it."""
    user = request.user
    return user if isinstance(user, Member) and is_active(user) else None
