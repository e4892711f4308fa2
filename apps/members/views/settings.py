"""One's own settings: what there is, and the profile."""

from __future__ import annotations

from copy import copy

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.members import actions
from apps.members.forms import ProfileForm
from apps.members.models import Organisation
from apps.members.requests import MemberRequest

SUGGESTED = 1000


@require_safe
def settings_index(request: MemberRequest) -> HttpResponse:
    return render(request, "members/settings.html")


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: MemberRequest) -> HttpResponse:
    """Show and save one's profile. ``?first`` stands in the address right after an invitation was accepted."""
    # A copy, so that a refused form does not change the name in the head of the page.
    is_first = "first" in request.GET
    form = ProfileForm(request.POST or None, instance=copy(request.user), is_first=is_first)
    if form.is_valid():
        actions.save_profile(actor=request.user, member=request.user, **form.cleaned_data)
        messages.success(request, _("Profile saved."))
        return redirect("pages:dashboard" if is_first else "members:profile")
    organisations = (
        Organisation.objects.seen_by(request.user).order_by("name").values_list("name", flat=True)[:SUGGESTED]
    )
    context = {"form": form, "is_first": is_first, "organisations": organisations}
    return render(request, "members/profile.html", context)
