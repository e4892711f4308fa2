"""Nothing typed is lost because a circulation is not there for its writer any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from apps.members.requests import MemberRequest
from apps.publications.forms import CommentForm
from apps.publications.models import Circulation, Version
from apps.publications.models.comment import ANCHOR_FIELDS


def keeps_comment(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Guard a view that takes a comment: who finds nothing there any more gets the text back; it is kept nowhere.

    The same page whether there never was such a circulation or it is only not for this person.
    """

    @wraps(view)
    def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if not any(request.POST.get(name, "").strip() for name in ANCHOR_FIELDS if name != "kind"):
                raise
            form = CommentForm(request.POST, circulation=Circulation(version=Version(pages=1)))
            return render(request, "publications/comment_kept.html", {"form": form}, status=404)

    return guarded
