"""One log line per request: an id that the whole request shares, who by number, what, how it ended, how long.

Where people may write without their names, no line tells who was there.
"""

import logging
import time
import uuid
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core.health import PATHS
from apps.core.logs import request_id

logger = logging.getLogger("portal.request")
UNLOGGED = (settings.STATIC_URL, *PATHS)


class RequestLogMiddleware:
    """Gives the request its id and logs the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        mark = request_id.set(uuid.uuid4().hex[:16])
        started = time.monotonic()
        try:
            response = self.get_response(request)
            if not request.path.startswith(UNLOGGED):
                _log(request, response, seconds=time.monotonic() - started)
        finally:
            request_id.reset(mark)
        return response


def _log(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    # The user as far as the request loaded one: a log line starts no query.
    member = None if settings.LOG_WITHOUT_MEMBER.match(request.path) else getattr(request, "_cached_user", None)
    logger.info(
        "%s %s %s",
        request.method,
        request.path,
        response.status_code,
        extra={"ms": round(seconds * 1000), "member": getattr(member, "pk", None) or 0},
    )
