"""Nothing typed is lost because a thread went elsewhere meanwhile, or its writer may no more what they did before."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.core.errors import record_refusal
from apps.members.requests import MemberRequest

# What is typed into the forms of discussions, by the name of the field.
TYPED = {
    "title": _("Title"),
    "text": _("Your text, which was not posted"),
    "summary": _("Summary so far"),
    "outcome": _("Outcome"),
    "reason": _("Why"),
}


def keeps_text(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guard a view that takes what somebody types: who finds nothing there any more, or may not do it, gets all of it
    back; it is kept nowhere.

    The same page whether there never was such a thread or it is only not for this person. A refusal is audited, as the
    page of every refusal does.
    """

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if typed := _typed_in(request):
                return _given_back(request, typed, HTTPStatus.NOT_FOUND)
            raise
        except PermissionDenied:
            if typed := _typed_in(request):
                record_refusal(request)
                return _given_back(request, typed, HTTPStatus.FORBIDDEN)
            raise

    return guarded


def _typed_in(request: MemberRequest) -> list[tuple[str, str | Promise, str]]:
    """Return what was typed: the name of each field, what it is called, and the words."""
    words = ((name, label, request.POST.get(name, "").strip()) for name, label in TYPED.items())
    return [each for each in words if each[-1]]


def _given_back(
    request: MemberRequest, typed: list[tuple[str, str | Promise, str]], status: HTTPStatus
) -> HttpResponse:
    context = {"typed": typed, "is_refused": status == HTTPStatus.FORBIDDEN}
    return render(request, "discussions/text_kept.html", context, status=status)
