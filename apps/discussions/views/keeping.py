"""Nothing typed is lost because a thread went elsewhere meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from apps.members.requests import MemberRequest


def keeps_text(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """Guard a view that takes a text: who finds nothing there any more gets it back; it is kept nowhere.

    The same page whether there never was such a thread or it is only not for this person.
    """

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            text = request.POST.get("text", "").strip()
            if text:
                return render(request, "discussions/text_kept.html", {"text": text}, status=404)
            raise

    return guarded
