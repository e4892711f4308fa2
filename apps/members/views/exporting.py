"""One's own data as a file."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from apps.core import audit
from apps.core.models import AuditEntry
from apps.members.export import collect
from apps.members.requests import MemberRequest

FILE_NAME = "cmm-wg-my-data.json"


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required(app="allauth.account", allow_get=True)
def export_data(request: MemberRequest) -> HttpResponse:
    """Say what the file holds; after a fresh proof of who asks, hand it over."""
    if not request.user.has_perm("members.export_member", request.user):
        raise PermissionDenied
    if request.method != "POST":
        return render(request, "members/export.html")
    content = {"made_at": timezone.now(), **collect(request.user)}
    audit.record(AuditEntry.Event.EXPORT, actor=request.user, about=request.user, detail="own data")
    response = JsonResponse(content, encoder=DjangoJSONEncoder, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response
