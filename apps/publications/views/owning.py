"""What one does with one's own comments after sending them, and one's drafts of all circulations.

The id of a comment travels in the form, never in the address: addresses stand in logs and in the browser's history.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.cells import csv_download
from apps.core.refused import Refused
from apps.members.requests import MemberRequest
from apps.publications import actions
from apps.publications.drafts import own_drafts
from apps.publications.forms import CommentForm, OwnCommentForm
from apps.publications.labels import wider_labels
from apps.publications.matrix import COLUMNS, draft_cells
from apps.publications.models import Circulation, Comment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.views.circulating import visible_circulation_or_404
from apps.publications.views.commenting import comments_again
from apps.publications.views.keeping import keeps_comment


@keeps_comment
def own_comment(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Open, change, take back or widen the own comment that the form names."""
    circulation = visible_circulation_or_404(request, slug, code)
    back = redirect("publications:comments", slug=slug, code=code)
    if request.method != "POST":
        return back
    comment = _own(request, circulation)
    act = _ACTS.get(request.POST.get("act", ""))
    if comment is None and act is _change:
        return _given_back(request, circulation)
    if comment is None or act is None:
        messages.error(request, _("This comment is not there any more."))
        return back
    try:
        said = act(request, circulation, comment)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return back
    if isinstance(said, HttpResponse):
        return said
    messages.success(request, said)
    return back


def _own(request: MemberRequest, circulation: Circulation) -> Comment | None:
    try:
        comment_id = UUID(request.POST.get("own", ""))
    except ValueError:
        return None
    comment: Comment | None = circulation.comments.filter(pk=comment_id).first()
    return comment if comment is not None and comment.is_of(request.user) else None


def _given_back(request: MemberRequest, circulation: Circulation) -> HttpResponse:
    """Put a text for a comment that is gone into the form for a new one: nothing is saved yet."""
    form = CommentForm(request.POST, circulation=circulation)
    form.full_clean()
    form.add_error(None, _("This comment is not there any more. Saved, your text becomes a draft."))
    return comments_again(request, circulation, form)


def _open(request: MemberRequest, circulation: Circulation, comment: Comment) -> HttpResponse:
    """Show the comment in a form; nothing is changed yet."""
    at = {"own": comment.pk, "revision": comment.revision}
    form = OwnCommentForm(initial={**_text_of(comment), **at}, circulation=circulation)
    return _page(request, circulation, comment, form)


def _change(request: MemberRequest, circulation: Circulation, comment: Comment) -> HttpResponse | str:
    form = OwnCommentForm(request.POST, circulation=circulation)
    if not form.is_valid():
        return _page(request, circulation, comment, form)
    try:
        actions.change_comment(
            actor=request.user,
            circulation=circulation,
            comment_id=comment.pk,
            text=form.text,
            revision=form.cleaned_data["revision"],
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, circulation, comment, form)
    return _("Your comment is changed.")


def _take_back(request: MemberRequest, circulation: Circulation, comment: Comment) -> str:
    actions.take_back_comment(actor=request.user, circulation=circulation, comment_id=comment.pk, now=timezone.now())
    return _("Your comment is taken back. It is among your drafts.")


def _widen(request: MemberRequest, circulation: Circulation, comment: Comment) -> str:
    attribution = request.POST.get("attribution", "")
    actions.widen_label(actor=request.user, circulation=circulation, comment_id=comment.pk, attribution=attribution)
    return _("Your comment says less of you now.")


_ACTS: dict[str, Callable[[MemberRequest, Circulation, Comment], HttpResponse | str]] = {
    "open": _open,
    "change": _change,
    "take_back": _take_back,
    "widen": _widen,
}


def _page(request: MemberRequest, circulation: Circulation, comment: Comment, form: OwnCommentForm) -> HttpResponse:
    context = {
        "circulation": circulation,
        "publication": circulation.publication,
        "comment": comment,
        "form": form,
        "labels": wider_labels(circulation, request.user, comment),
    }
    return render(request, "publications/comment_own.html", context)


@require_safe
def drafts(request: MemberRequest) -> HttpResponse:
    """One's drafts in all circulations, also those that take no comments any more."""
    return render(request, "publications/drafts.html", {"papers": own_drafts(request.user)})


@require_safe
def drafts_file(request: MemberRequest) -> HttpResponseBase:
    """The same as a file, in the columns of the template, so that it can be sent again."""
    rows = ([*draft_cells(draft), paper.title] for paper in own_drafts(request.user) for draft in paper.drafts)
    return csv_download("drafts.csv", [*(column.header for column in COLUMNS), _("Paper")], rows)


def _text_of(comment: Comment) -> dict[str, Any]:
    return {name: getattr(comment, name) for name in ANCHOR_FIELDS}
