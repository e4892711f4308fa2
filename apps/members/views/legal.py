"""Privacy notice, imprint and accessibility statement, as in force now."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.members.models import LegalText


@login_not_required
@require_safe
def legal(request: HttpRequest, kind: str) -> HttpResponse:
    """Show one text; where none is published yet, say so. The accessibility statement names a way to write to us."""
    text = LegalText.objects.in_force(kind, timezone.now())
    is_on_access = kind == LegalText.Kind.ACCESSIBILITY
    feedback_address = parseaddr(settings.MAIL_REPLY_TO)[1] if is_on_access else ""
    context = {"text": text, "kind": LegalText.Kind(kind), "feedback_address": feedback_address}
    return render(request, "members/legal.html", context)
