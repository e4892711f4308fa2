"""Nothing typed is lost because a session ended, or a thread went elsewhere, meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.members.requests import MemberRequest, reader_of


def keeps_text(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guard a view that takes a text: who is not signed in any more, or finds nothing there any more, gets it back.

    It goes straight back to the browser and is kept nowhere: a session would tie it to whoever signs in next.
    """

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.POST.get("text", "").strip()
        if reader_of(request) is None:
            return _kept(request, text, status=403) if text else redirect_to_login(request.get_full_path())
        try:
            return view(cast("MemberRequest", request), *args, **kwargs)
        except Http404:
            if text:
                return _kept(request, text, status=404)
            raise

    return guarded


def _kept(request: HttpRequest, text: str, *, status: int) -> HttpResponse:
    """The same page whether there never was such a thread or it is only not for this person."""
    return render(request, "discussions/text_kept.html", {"text": text, "is_missing": status == 404}, status=status)
