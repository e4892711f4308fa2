"""Whether the portal is alive (`/healthz`) and able to do its work (`/readyz`). Neither tells anything else.

Monitors ask on the loopback interface, by its names, which production serves nowhere else.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.core.models import Heartbeat

logger = logging.getLogger(__name__)

PATHS = ("/healthz", "/readyz")
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "[::1]"}
HEARTBEATS = {"mail", "work"}
OLDEST_HEARTBEAT = timedelta(seconds=90)
BROKER_TIMEOUT_SECONDS = 1

type Remark = Callable[[], str]

_remarks: list[Remark] = []


def register_remark(remark: Remark) -> None:
    """Have `/readyz` add a word, "" for none, about something that is on hold but not broken."""
    if remark not in _remarks:
        _remarks.append(remark)


class LoopbackNameMiddleware:
    """Has these two pages, and no other, answer to the names of the loopback interface as to the portal's own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a Host header, as in HTTP/1.0, Django asks for the name of the server.
        host = request.META.get("HTTP_HOST") or request.META.get("SERVER_NAME", "")
        if request.path in PATHS and split_domain_port(host)[0] in LOOPBACK_NAMES:
            request.META["HTTP_HOST"] = urlsplit(settings.SITE_URL).netloc
        return self.get_response(request)


@login_not_required
@require_safe
@never_cache
def alive(request: HttpRequest) -> HttpResponse:
    """200 as long as the web process answers at all."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when database, broker and both queues work; else 503. Which one is wrong stands in the log."""
    fault = _scheduler_fault() or _broker_fault()
    if not fault:
        said = [remark() for remark in _remarks]
        return HttpResponse("; ".join(["ok", *filter(None, said)]), content_type="text/plain")
    logger.warning("Not ready: %s.", fault)
    return HttpResponse("unavailable", status=503, content_type="text/plain")


def _scheduler_fault() -> str:
    """Asks the database when beat and workers were last heard of, so it is the database's check as well."""
    now = timezone.now()
    # Not ahead of us either: a clock that was set back must not make the dead look alive.
    recent = (now - OLDEST_HEARTBEAT, now + OLDEST_HEARTBEAT)
    try:
        beating = set(Heartbeat.objects.filter(beat_at__range=recent).values_list("name", flat=True))
    except DatabaseError:
        return "database"
    silent = sorted(HEARTBEATS - beating)
    return f"scheduler ({', '.join(silent)})" if silent else ""


def _broker_fault() -> str:
    timeout = BROKER_TIMEOUT_SECONDS
    try:
        with redis.Redis.from_url(
            settings.BROKER_LOCATION, socket_timeout=timeout, socket_connect_timeout=timeout
        ) as broker:
            broker.ping()
    except (redis.RedisError, OSError):
        return "broker"
    return ""
