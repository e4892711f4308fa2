"""How fast one member may write, edit and report: a limit against floods, far above any debate.

Where names stand, tries are counted in the shared cache. Where they are withheld nothing is counted: a counter beside
a member's name, or two times beside one mark, would say who wrote. There the marks on the posts of the day answer,
those deleted since among them. Edits of a deleted post count no more: all they left is gone with it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from allauth.core.internal import ratelimit
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.discussions.models import Post, PostReport, PostRevision, Thread, today_of
from apps.members.requests import MemberRequest

TOO_MANY = HTTPStatus.TOO_MANY_REQUESTS

RATES = {"post": "20/10m/user", "edit": "20/10m/user", "report": "20/h/user"}
WITHOUT_NAME_A_DAY = {"post": 60, "edit": 60, "report": 20}

_SHORTLY = {
    "post": _("You have written many posts in a short time. Wait some minutes, then send this one: it is still here."),
    "edit": _("You have edited many posts in a short time. Wait some minutes, then save this text: it is still here."),
    "report": _("You have sent many reports in a short time. Wait an hour, then send this one: it is still here."),
}
_TOMORROW = {
    "post": _(
        "Nobody writes more than %(count)s posts a day without a name. Send this one tomorrow: it is still here."
    ),
    "edit": _(
        "Nobody edits posts without a name more than %(count)s times a day. Save this text tomorrow: it is still here."
    ),
    "report": _("Nobody sends more than %(count)s such reports a day. Send this one tomorrow: it is still here."),
}


def too_fast(request: MemberRequest, action: str, thread: Thread) -> str | Promise:
    """Return "" and take one try, or the sentence that says why not. ``action`` is a key of ``RATES``.

    In a thread without names: a query or two, and an HMAC for each post, edit or report of the day.
    """
    if thread.is_named:
        is_ok = ratelimit.consume(request, app="apps.discussions", action=action, config=RATES, limit_get=True)
        return "" if is_ok else _SHORTLY[action]
    most = WITHOUT_NAME_A_DAY[action]
    return "" if _count_today(request, action) < most else _TOMORROW[action] % {"count": most}


def _count_today(request: MemberRequest, action: str) -> int:
    member, today = request.user, today_of(timezone.now())
    rows: Any = {"post": Post.objects, "edit": PostRevision.objects, "report": PostReport.objects}[action]
    count = sum(row.is_of(member) for row in rows.all().without_name_on(today))
    return count + (Post.objects.lifted_by(member, today).count() if action == "post" else 0)
