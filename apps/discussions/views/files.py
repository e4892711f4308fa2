"""Handing out a post's file: the policy is asked each time, and the browser may do nothing with it but save."""

from __future__ import annotations

import logging

from django.http import FileResponse, Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.uploads import KINDS
from apps.discussions.models import Attachment
from apps.discussions.views.reading import visible_post_or_404
from apps.members.requests import MemberRequest

logger = logging.getLogger(__name__)

# What a file could do if a browser opened it on our pages' own address after all: nothing.
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"
MEDIA_TYPES = {kind.format: kind.media_type for kind in KINDS}


@require_safe
def post_file(request: MemberRequest, pk: int, number: int) -> HttpResponseBase:
    """The file of a post, for whoever may read the post."""
    post = visible_post_or_404(request, pk, number)
    attachment: Attachment | None = getattr(post, "attachment", None)
    if attachment is None:
        raise Http404
    try:
        file = attachment.file.open("rb")
    except OSError:
        logger.exception("The file of attachment %s is not in its place.", attachment.pk)
        return render(request, "discussions/file_missing.html", {"thread": post.thread}, status=404)
    media_type = MEDIA_TYPES.get(attachment.format, "application/octet-stream")
    response = FileResponse(file, as_attachment=True, filename=attachment.name, content_type=media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store, private"
    return response
