"""The door for harvesters (OAI-PMH 2.0)."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from apps.publications.oai.verbs import answer


# Harvesters have no session, and asking changes nothing, so there is nothing a foreign page could do in a name.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def oai(request: HttpRequest) -> HttpResponse:
    """What is public, the same for everybody; arguments come in the address or as a form."""
    query = request.POST if request.method == "POST" else request.GET
    response = HttpResponse(answer(query, timezone.now()), content_type="text/xml; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
