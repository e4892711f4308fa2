"""What stands between the web server and every view: clean input, browser features, private pages."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseFileResponse

from apps.core.errors import bad_request
from apps.core.redaction import holds_token

logger = logging.getLogger(__name__)

type Answer = Callable[[HttpRequest], HttpResponse]

FEATURES_WE_NEVER_ASK_FOR = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"


class HeadMiddleware:
    """Leaves the body out where the head alone is asked for (RFC 9110, 9.3.2); the length stays the one it would have.

    Django leaves this to the web server, and gunicorn writes a warning for each that it has to drop.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response: HttpResponseBase = self.get_response(request)
        if request.method == "HEAD":
            if isinstance(response, StreamingHttpResponse):
                response.streaming_content = ()
            elif isinstance(response, HttpResponse):
                response.content = b""
        return response


class BrowserFeaturesMiddleware:
    """Headers Django has no setting for: no device access, and no other site may load what we serve.

    Stylesheets and scripts get no word on devices: it means nothing there, and a page loads thirty of them.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.headers.get("Content-Type", "").startswith(("text/css", "text/javascript")):
            response.headers.setdefault("Permissions-Policy", FEATURES_WE_NEVER_ASK_FOR)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class CompressionMiddleware(GZipMiddleware):
    """Django's, which leaves our files alone: a PDF is compressed already, and so keeps its length and its ETag.

    Stylesheets and scripts are files too; outside production nothing else compresses them. They are compressed in one
    piece: flushed bit by bit, as a stream is, they weigh 4 % more.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        is_ours = isinstance(response, FileResponse) and not isinstance(response, WhiteNoiseFileResponse)
        if is_ours:
            return response
        return super().process_response(request, _in_one_piece(request, response))


def _in_one_piece(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Return a whole static file that nobody has compressed yet as a plain response; any other as it is."""
    is_whole = request.method == "GET" and response.status_code == 200 and "Content-Encoding" not in response
    if not (is_whole and isinstance(response, WhiteNoiseFileResponse)):
        return response
    piece = HttpResponse(response.getvalue(), headers=dict(response.headers))
    response.close()
    return piece


class CleanInputMiddleware:
    """Refuses NUL bytes (a fault in PostgreSQL), lone surrogates (a fault wherever text is encoded) and numbers too
    large for any column (a fault in SQLite, seen only while the query runs) with a 400.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            is_clean = all(map(_is_clean, _texts(request)))
        except (ValueError, RecursionError):
            is_clean = False
        return self.get_response(request) if is_clean else bad_request(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OverflowError):
            return None
        logger.warning("A number was too large.", exc_info=exception)
        return bad_request(request)


def _is_clean(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text


def _texts(request: HttpRequest) -> Iterator[str]:
    """Everything a client can write that may reach the database."""
    yield request.path
    yield from (value for name, value in request.META.items() if name.startswith("HTTP_"))
    # A quoted cookie may spell a NUL in octal, which only the parsed value shows.
    yield from request.COOKIES.values()
    yield from _pairs(request.GET.lists())
    if request.content_type == "application/json":
        yield from _strings(json.loads(request.body or b"null"))
    elif request.method == "POST":
        yield from _pairs(request.POST.lists())
        yield from _file_names(request)


def _pairs(lists: Iterable[tuple[str, list[Any]]]) -> Iterator[str]:
    for name, values in lists:
        yield name
        yield from values


def _file_names(request: HttpRequest) -> Iterator[str]:
    for field, files in request.FILES.lists():
        yield field
        yield from (str(file.name) for file in files)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        yield from _strings(list(value.values()))
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)


class PrivatePagesMiddleware:
    """Keeps what a signed-in person or the holder of a secret link saw out of caches, and clears up at logout."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        was_signed_in = SESSION_KEY in request.session
        response = self.get_response(request)
        is_signed_in = SESSION_KEY in request.session
        if was_signed_in or is_signed_in or holds_token(request.path):
            response.headers["Cache-Control"] = "no-store, private"
        if holds_token(request.path):
            # The origin, never the path: with "no-referrer" browsers send "Origin: null" and forms fail (Fetch 3.2).
            response.headers["Referrer-Policy"] = "strict-origin"
            response.headers["X-Robots-Tag"] = "noindex, nofollow"
        if was_signed_in and not is_signed_in:
            # What is typed without a name is kept in the tab alone: a login that is over does not lose it.
            is_over = getattr(request, "is_login_over", False)
            response.headers["Clear-Site-Data"] = '"cache"' if is_over else '"cache", "storage"'
        return response
