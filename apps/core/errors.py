"""The pages for requests that cannot be answered. They say nothing about why beyond what the reader may know."""

import logging
import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from apps.core import audit
from apps.core.away import is_away
from apps.core.models import AuditEntry
from apps.core.swaps import is_swap
from apps.core.unsent import said_in_place, unsent_form

logger = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 30
LAST_RESORT = (
    "<!doctype html><html lang=en><title>{status}</title><h1>{status}</h1><p>Please try again later.</p></html>"
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Input no browser form of ours sends: a NUL byte, a foreign host, a broken upload; or far too much of it."""
    return _standalone(400, is_too_much=isinstance(exception, RequestDataTooBig | TooManyFieldsSent))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Something visible that this person may not do; written to the audit trail."""
    record_refusal(request)
    return _private(render(request, "403.html", status=403))


def record_refusal(request: HttpRequest) -> None:
    """Write to the audit trail that this person may not do what was asked for, by the name of its address."""
    if request.user.is_authenticated:
        match = request.resolver_match
        audit.record(AuditEntry.Event.REFUSED, actor=request.user, detail=match.view_name if match else "")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent without the token of its page: an old page, blocked cookies, or another site."""
    logger.warning("CSRF check failed.")
    if is_swap(request):
        return said_in_place(request, is_stale_form=request.user.is_authenticated)
    context = {"is_stale_form": True, "unsent": unsent_form(request)}
    return _private(render(request, "403.html", context, status=403))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page, byte for byte, whether something is missing or only not for this person."""
    return _private(render(request, "404.html", status=404))


def too_many_requests(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """A rate limit was reached."""
    response = _private(render(request, "429.html", status=429))
    response.headers["Retry-After"] = "60"
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """500, or 503 where the database did not answer. Django calls this inside the `except` block of the fault."""
    if is_away(sys.exception()):
        response = _standalone(503)
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return response
    return _standalone(500)


def _private(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store, private"
    return response


def _standalone(status: int, **context: bool) -> HttpResponse:
    """A page from a template that gets no request: no user, no session, no database."""
    page: str
    try:
        page = loader.render_to_string(f"{status}.html", context)
    except Exception:
        logger.exception("The page for status %s is broken.", status)
        page = LAST_RESORT.format(status=status)
    return _private(HttpResponse(page, status=status))
