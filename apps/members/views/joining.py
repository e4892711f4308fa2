"""Asking to take part, for everybody. Its answer is the same whoever's address is typed (ASVS 5.0, 6.3.8)."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_safe

from apps.members import actions
from apps.members.forms import JoinForm
from apps.members.managers import normalised_address
from apps.members.models import LegalText

# Mistakes count by network address only: who mistypes an address shuts nobody out.
RATES = {"join": "60/h/ip", "join_address": "10/h/key"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """GET shows the form and the privacy notice; POST notes the request."""
    if request.method == "POST" and not _may(request, "join"):
        return ratelimit.respond_429(request)
    text = LegalText.objects.in_force(LegalText.Kind.PRIVACY, timezone.now())
    if text is None or request.user.is_authenticated:
        return render(request, "members/join.html", {"text": text})
    form = JoinForm(request.POST or None, text=text, now=timezone.now())
    if not form.is_valid():
        return render(request, "members/join.html", {"text": text, "form": form})
    if not _may(request, "join_address", normalised_address(form.cleaned_data["address"])):
        return ratelimit.respond_429(request)
    actions.ask_to_join(actor=None, language=translation.get_language(), **form.values)
    return redirect("members:joined")


@login_not_required
@require_safe
def joined(request: HttpRequest) -> HttpResponse:
    """Say thanks, and what happens next."""
    return render(request, "members/joined.html")


def _may(request: HttpRequest, action: str, key: str | None = None) -> bool:
    return ratelimit.consume(request, app="apps.members", action=action, key=key, config=RATES) is not None
