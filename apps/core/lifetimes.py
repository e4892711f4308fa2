"""How long a login lasts: a time without requests, and a time since the login, both shorter for staff (ASVS 7.3)."""

from collections.abc import Callable
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

STARTED, SEEN = "started_at", "seen_at"
# How often activity is written down: a session row per request would make every page a write.
NOTE_EVERY_SECONDS = 300


class SessionLifetimeMiddleware:
    """Ends a login that has lasted long enough. Stands right after the authentication middleware.

    From here on ``request.user`` is the row itself, not a lazy stand-in, which each look at an attribute would pay for.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user = get_user(request)
        if request.user.is_authenticated:
            now = timezone.now()
            if is_over(request, now):
                logout(request)
                request.is_login_over = True  # type: ignore[attr-defined]  # for the headers of the answer
            else:
                note_activity(request, now)
        return self.get_response(request)


def is_over(request: HttpRequest, now: datetime) -> bool:
    """Whether the login has been idle, or has lasted, longer than this kind of member may."""
    lifetime = settings.SESSION_LIFETIME_STAFF if request.user.is_staff else settings.SESSION_LIFETIME_MEMBER
    idle, absolute = (limit.total_seconds() for limit in lifetime)
    moment = now.timestamp()
    started = request.session.get(STARTED, moment)
    seen = request.session.get(SEEN, moment)
    return moment - seen > idle or moment - started > absolute


def note_activity(request: HttpRequest, now: datetime) -> None:
    """Write down the first request of a login and then one every few minutes, also for the list of own sessions."""
    moment = int(now.timestamp())
    if moment - request.session.get(SEEN, 0) < NOTE_EVERY_SECONDS:
        return
    request.session.setdefault(STARTED, moment)
    request.session[SEEN] = moment
    UserSession.objects.create_from_request(request)


def forget_ended_sessions(now: datetime) -> None:
    """Delete the sessions whose cookies no browser sends any more, and what was noted about them."""
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
