"""A comment that is sent when the session has ended, carried over the login by the session that follows.

The form names its writer under a signature: whoever else signs in at this browser is not shown it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest

from apps.members.models import Member
from apps.publications.models.comment import ANCHOR_FIELDS, MAX_COMMENT

_SALT = "publications.held"
_KEY = "held_comment"
_VALID_FOR = timedelta(days=60)  # no session lives longer


def writer_mark(member: Member) -> str:
    """Return what the form carries to say whose it is."""
    return signing.dumps(member.pk, salt=_SALT)


def hold(request: HttpRequest, code: str) -> bool:
    """Keep what was posted, if its form was made for a member. Returns whether it is kept."""
    try:
        writer = signing.loads(request.POST.get("writer", ""), salt=_SALT, max_age=_VALID_FOR)
    except signing.BadSignature:
        return False
    names = (*ANCHOR_FIELDS, "draft", "seen")
    text = {name: request.POST.get(name, "")[: MAX_COMMENT + 1] for name in names}
    request.session[_KEY] = {"writer": writer, "code": code, "text": text}
    return True


def take_held(request: HttpRequest, member: Member, code: str) -> dict[str, Any] | None:
    """Return what this member wrote in this circulation before they signed in, once saved or shown no more."""
    held = request.session.get(_KEY)
    if not held or (held["writer"], held["code"]) != (member.pk, code):
        return None
    text: dict[str, Any] = held["text"]
    return text


def let_go(request: HttpRequest) -> None:
    """Forget it: it is saved."""
    request.session.pop(_KEY, None)
