"""Staff without a second factor reach, in production, only the page that sets one up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
OPEN_PREFIX = "mfa_"
OPEN_NAMES = frozenset({"account_logout", "account_reauthenticate", "members:confirm"})


class SecondFactorMiddleware:
    """Stands after LoginRequiredMiddleware and sets ``request.needs_second_factor``. Costs staff one query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not _lacks_second_factor(request):
            return None
        request.needs_second_factor = True  # type: ignore[attr-defined]  # read by templates/_banner.html
        return redirect("mfa_index") if settings.IS_PRODUCTION and not _is_open(request) else None


def _lacks_second_factor(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_staff and not is_mfa_enabled(user, SECOND_FACTORS)


def _is_open(request: HttpRequest) -> bool:
    """Whether the page helps to set one up, or to leave."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    return name in OPEN_NAMES or name.startswith(OPEN_PREFIX)
