"""Confirming who one is by a mailed code: for members with neither password nor second factor."""

from __future__ import annotations

import time

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows, resume_request
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from apps.core.sealing import seal, unseal
from apps.members.forms import CodeForm
from apps.members.requests import MemberRequest

STATE = "members_confirmation"
NEXT = "next"


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: MemberRequest) -> HttpResponse:
    """Offer to mail a code, mail it, and take it; then go on with what asked for the proof."""
    if get_reauthentication_flows(request.user):
        return redirect(passthrough_next_redirect_url(request, reverse("account_reauthenticate"), NEXT))
    if request.method != "POST":
        return _show(request, None)
    if "send" in request.POST:
        return _send(request)
    return _take(request)


def _send(request: MemberRequest) -> HttpResponse:
    if not ratelimit.consume(request, action="request_login_code", key=request.user.email):
        return ratelimit.respond_429(request)
    adapter = get_adapter(request)
    code = adapter.generate_login_code()
    request.session[STATE] = {"code": seal(code).decode(), "at": time.time(), "tries": 0}
    adapter.send_mail("account/email/login_code", request.user.email, {"code": code})
    return redirect(passthrough_next_redirect_url(request, reverse("members:confirm"), NEXT))


def _take(request: MemberRequest) -> HttpResponse:
    code = _pending_code(request)
    if not code:
        return _show(request, None)
    form = CodeForm(request.POST, expected=code)
    if not form.is_valid():
        _note_wrong_code(request)
        return _show(request, form)
    del request.session[STATE]
    record_authentication(request, request.user, method="code", reauthenticated=True)
    return resume_request(request) or redirect("members:settings")


def _note_wrong_code(request: MemberRequest) -> None:
    state = request.session[STATE]
    request.session[STATE] = {**state, "tries": state["tries"] + 1}
    if not _pending_code(request):
        messages.error(request, _("Too many wrong codes. Please ask for a new one."))


def _pending_code(request: MemberRequest) -> str:
    """The code on its way, "" when there is none, it is too old, or was guessed at too often."""
    state = request.session.get(STATE)
    if not state or state["tries"] >= app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS:
        return ""
    is_old = time.time() - state["at"] > app_settings.LOGIN_BY_CODE_TIMEOUT
    return "" if is_old else unseal(state["code"].encode()) or ""


def _show(request: MemberRequest, form: CodeForm | None) -> HttpResponse:
    code = _pending_code(request)
    form = (form or CodeForm(expected=code)) if code else None
    return render(request, "members/confirm.html", {"form": form, "next": get_next_redirect_url(request, NEXT) or ""})
