"""What somebody typed into a form that can not be taken now: they were signed out meanwhile, or the form is of another
session. It is shown to them once more, to be sent again, and kept nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget
from django_htmx.middleware import HtmxDetails

from apps.core.swaps import is_swap

_GUARD = "csrfmiddlewaretoken"
# A form that proves who one is goes back to nobody.
_SECRET = ("password", "code", "token")
# Choices, numbers, days, versions, addresses, signed lists. A word with a capital or a full stop was typed.
_CARRIED = re.compile(r"[a-z0-9_-]*|\S*[:/=]\S*|\S{32,}")


@dataclass(frozen=True, slots=True)
class Unsent:
    """The fields of a form that was posted; ``texts`` are those that somebody has typed."""

    fields: list[tuple[str, str]]
    has_files: bool

    @property
    def texts(self) -> list[str]:
        return [value for name, value in self.fields if _is_text(name, value)]


def unsent_form(request: HttpRequest) -> Unsent:
    """Return what was posted. Empty where another site may have sent it, and for what proves who one is.

    Browsers name the origin of a form by themselves (RFC 6454 7), and no page can make them name another.
    """
    is_ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    is_secret = any(word in name for name in request.POST for word in _SECRET if name != _GUARD)
    if not is_ours or is_secret:
        return Unsent([], has_files=False)
    fields = [(name, value) for name, values in request.POST.lists() for value in values if name != _GUARD]
    return Unsent(fields, has_files=bool(request.FILES))


def _is_text(name: str, value: str) -> bool:
    """Whether somebody wrote this, however short; pages carry along what has neither spaces nor letters of other
    scripts, and the buttons of the admin have a name of their own kind.
    """
    is_carried = value.isascii() and _CARRIED.fullmatch(value.strip())
    return not is_carried and not name.startswith("_")


def said_in_place(request: HttpRequest, *, is_stale_form: bool = False) -> HttpResponse:
    """Answer a form in place (htmx) that can not be taken: a sentence beside it, and what was typed stays as it is.

    It brings the token of the present session for the next press; only a page of ours can read it.
    """
    said = render(request, "_unsent_note.html", {"is_stale_form": is_stale_form}, status=HTTPStatus.FORBIDDEN)
    said.headers["Cache-Control"] = "no-store, private"
    said.headers["X-CSRFToken"] = get_token(request)
    return reswap(retarget(said, "#unsent"), "innerHTML")


class SignedOutMiddleware(LoginRequiredMiddleware):
    """Sends whoever is not signed in to the login; a text they have written is put before them first, or left where it
    stands.
    """

    def handle_no_permission(  # type: ignore[override]  # a page where the stubs expect a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        unsent = unsent_form(request)
        if is_swap(request):
            return said_in_place(request) if unsent.texts else self._whole_page_to_login(request, view_func)
        if not unsent.texts:
            return super().handle_no_permission(request, view_func)
        page = render(request, "signed_out.html", {"unsent": unsent}, status=HTTPStatus.FORBIDDEN)
        page.headers["Cache-Control"] = "no-store, private"
        return page

    def _whole_page_to_login(
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseClientRedirect:
        """A redirect would put the login in the place of a part of the page, and lead back to that part alone."""
        htmx: HtmxDetails = getattr(request, "htmx")  # noqa: B009  HtmxMiddleware adds what no annotation knows
        login = redirect_to_login(htmx.current_url_abs_path or "/", self.get_login_url(view_func))
        return HttpResponseClientRedirect(login.url)
