"""The page behind the link of an invitation. Opening it changes nothing: mail scanners open links too."""

from __future__ import annotations

from http import HTTPStatus

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.core.guessing import slows_guessing
from apps.core.refused import Refused
from apps.members import actions
from apps.members.forms import AcceptanceForm
from apps.members.models import Invitation, LegalText, Member

RATES = {"invitation": "60/m/ip"}


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@slows_guessing
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows who invites to what, and the privacy notice; POST accepts."""
    if not ratelimit.consume(request, app="apps.members", action="invitation", config=RATES):
        return ratelimit.respond_429(request)
    row = Invitation.from_token(token)
    if row is None:
        return render(request, "members/invitation_unknown.html", status=HTTPStatus.NOT_FOUND)
    if not row.is_open(timezone.now()):
        return _closed(request, row)
    text = LegalText.objects.in_force(LegalText.Kind.PRIVACY, timezone.now())
    form = AcceptanceForm(request.POST or None, text=text)
    if request.method == "POST" and form.is_valid():
        return _accept(request, row, form, token)
    return _show(request, row, form, text)


def _accept(request: HttpRequest, row: Invitation, form: AcceptanceForm, token: str) -> HttpResponse:
    actor = request.user if request.user.is_authenticated else None
    try:
        member = actions.accept_invitation(
            actor=actor, invitation=row, consents_to=form.cleaned_data["text"], now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("members:invitation", token=token)
    messages.success(request, _("You are now in the group “%(group)s”.") % {"group": row.group})
    first = f"{reverse('members:profile')}?first"
    if actor:
        return redirect(first)
    record_authentication(request, member, method="invitation")
    return perform_login(request, member, email=member.email, redirect_url=first)


def _closed(request: HttpRequest, row: Invitation) -> HttpResponse:
    context = {"invitation": row, "state": row.state}
    return render(request, "members/invitation_closed.html", context, status=HTTPStatus.GONE)


def _show(request: HttpRequest, row: Invitation, form: AcceptanceForm, text: LegalText | None) -> HttpResponse:
    has_account = Member.objects.with_address(row.address).exists()
    is_theirs = request.user.is_authenticated and request.user.email == row.address.lower()
    context = {
        "invitation": row,
        "form": form,
        "text": text,
        "has_account": has_account,
        "is_theirs": is_theirs,
        "is_somebody_else": request.user.is_authenticated and not is_theirs,
        "can_accept": text is not None and (is_theirs or not (has_account or request.user.is_authenticated)),
    }
    return render(request, "members/invitation.html", context)
