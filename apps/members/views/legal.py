"""Privacy notice, imprint and accessibility statement, as in force now."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.members.models import LegalText


@login_not_required
@require_safe
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """Show one text; where none is published yet, say so."""
    text = LegalText.objects.in_force(kind, timezone.now())
    return render(request, "members/legal.html", {"text": text, "kind": LegalText.Kind(kind)})
