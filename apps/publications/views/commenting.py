"""Comments on a version in circulation: reading them, and writing one's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.core.links import path_of_ours
from apps.core.refused import Refused
from apps.core.swaps import is_swap
from apps.members.models import Member
from apps.members.permissions import allows
from apps.members.requests import MemberRequest
from apps.publications import actions
from apps.publications.actions.commenting import stamp_of
from apps.publications.forms import CommentForm
from apps.publications.labels import fitting_labels
from apps.publications.models import Circulation, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.remarks import remarks_page
from apps.publications.standing import standing_of
from apps.publications.views.circulating import visible_circulation_or_404
from apps.publications.views.keeping import keeps_comment

DRAFTS_PER_PAGE = 100


@require_safe
def comments(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """The comments as far as the reader may see them, their own drafts, and the form for the next one."""
    circulation = visible_circulation_or_404(request, slug, code)
    form = _form_to_begin(request, circulation)
    return render(request, "publications/comments.html", comments_context(request, circulation, form))


def comments_context(request: MemberRequest, circulation: Circulation, form: CommentForm) -> dict[str, Any]:
    """Return what the page of comments shows beside the form."""
    now = timezone.now()
    standing = standing_of(circulation, request.user, now)
    sees_all = allows(request.user, "publications.see_comments_circulation", circulation)
    return {
        "circulation": circulation,
        "publication": circulation.publication,
        "version": circulation.version,
        "standing": standing,
        "leads": standing.leads,
        "form": form,
        "sees_all": sees_all,
        "page_obj": remarks_page(request, standing, sees_all=sees_all),
    }


@keeps_comment
def save_comment(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Keep a draft, in place as it is typed (htmx) or by the button.

    Also who was taken off, or comes too late, keeps what they wrote; what can be no draft is given back.
    """
    back = reverse("publications:comments", kwargs={"slug": slug, "code": code})
    if request.method != "POST":  # Where a login in between leads.
        return redirect(back)
    writer = request.user
    circulation = _written_circulation_or_404(writer, slug, code)
    form = CommentForm(request.POST, circulation=circulation)
    draft = _try_to_save(form, writer, circulation)
    if is_swap(request):
        return _said_in_place(request, circulation, form, draft)
    return _saved_or_again(request, circulation, form, draft)


def _written_circulation_or_404(writer: Member, slug: str, code: str) -> Circulation:
    """Return the circulation for who may see it, and for who was asked once and still has a page of it open."""
    asked = Q(pk__in=writer.consultations.values("circulation"))
    seen = Q(pk__in=Circulation.objects.visible_to(writer).values("pk"))
    found = Circulation.objects.filter(asked | seen).select_related("publication__group", "version")
    circulation: Circulation = get_object_or_404(found, publication__slug=slug, code=code)
    return circulation


def _try_to_save(form: CommentForm, writer: Member, circulation: Circulation) -> DraftComment | None:
    if not form.is_valid():
        return None
    try:
        return actions.save_draft(actor=writer, circulation=circulation, text=form.text, opened=form.opened)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _said_in_place(
    request: MemberRequest, circulation: Circulation, form: CommentForm, draft: DraftComment | None
) -> HttpResponse:
    sees_it = allows(request.user, "publications.view_circulation", circulation)
    context = {
        "form": form,
        "draft": draft,
        "stamp": _stamp(draft),
        "circulation": circulation,
        "publication": circulation.publication,
        # The way to the drafts is a page of the circulation: closed to who was taken off.
        "draft_count": circulation.draft_comments.of(request.user).count() if sees_it else 0,
    }
    return render(request, "publications/_draft_said.html", context)


def _saved_or_again(
    request: Any, circulation: Circulation, form: CommentForm, draft: DraftComment | None
) -> HttpResponse:
    sees_it = request.user.has_perm("publications.view_circulation", circulation)
    if not sees_it:
        return _kept_or_given_back(request, form, draft)
    slug, code = circulation.publication.slug, circulation.code
    page = path_of_ours(request.POST.get("next", ""))
    if draft is None:
        return comments_again(request, visible_circulation_or_404(request, slug, code), form, page)
    messages.success(request, _("Draft saved. Only you see it."))
    return redirect(page or reverse("publications:comments", kwargs={"slug": slug, "code": code}))


def comments_again(request: MemberRequest, circulation: Circulation, form: CommentForm, page: str = "") -> HttpResponse:
    """The page of comments with a text that was not saved in its form; the text alone for who has no form there."""
    context = comments_context(request, circulation, form) | {"next": page}
    if context["standing"].consultee is None:
        return render(request, "publications/comment_kept.html", {"form": form, "is_refused": True})
    return render(request, "publications/comments.html", context)


def _kept_or_given_back(request: MemberRequest, form: CommentForm, draft: DraftComment | None) -> HttpResponse:
    """Answer who sees the circulation no more: their drafts, or the text with what is wrong with it; nothing of the
    paper.
    """
    if draft is None:
        context = {"form": form, "is_refused": True, "action": request.path}
        return render(request, "publications/comment_kept.html", context)
    messages.warning(
        request, _("You do not take part in this circulation any more. Your text is kept here, as a draft.")
    )
    return redirect("publications:drafts")


def delete_draft(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Throw one draft away."""
    back = redirect("publications:send_comments", slug=slug, code=code)
    if request.method != "POST":
        return back
    circulation = visible_circulation_or_404(request, slug, code)
    try:
        actions.delete_draft(actor=request.user, circulation=circulation, code=request.POST.get("draft", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Draft deleted."))
    return back


def send_comments(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """One's drafts, and under which label they are sent: a page of its own, because that can not be narrowed later."""
    circulation = visible_circulation_or_404(request, slug, code)
    if request.method == "POST":
        _check_was_asked(request, circulation)
        if _try_to_send(request, circulation):
            return redirect("publications:comments", slug=slug, code=code)
    seen_at = timezone.now()
    standing = standing_of(circulation, request.user, seen_at)
    if standing.consultee is None:
        _check_was_asked(request, circulation)
    drafts = circulation.draft_comments.of(request.user).order_by("pk")
    page = Paginator(drafts, DRAFTS_PER_PAGE).get_page(request.GET.get("page"))
    is_all = not page.has_other_pages()
    context = {
        "circulation": circulation,
        "publication": circulation.publication,
        "standing": standing,
        "may_comment": standing.may_comment,
        "page_obj": page,
        "ready_count": sum(draft.comment != "" for draft in page) if is_all else drafts.ready().count(),
        "labels": fitting_labels(circulation, request.user),
        "seen_at": seen_at.isoformat(),
    }
    return render(request, "publications/comments_send.html", context)


def _check_was_asked(request: MemberRequest, circulation: Circulation) -> None:
    """Who leads a circulation without having been asked has nothing to send. Who was taken off sees what is left."""
    if not circulation.consultees.filter(member=request.user.pk).exists():
        raise PermissionDenied


def _try_to_send(request: MemberRequest, circulation: Circulation) -> bool:
    try:
        sent = actions.send_drafts(
            actor=request.user,
            circulation=circulation,
            attribution=request.POST.get("attribution", ""),
            keep=set(request.POST.getlist("keep")),
            only=set(request.POST.getlist("shown")) if "these" in request.POST else None,
            seen_at=_instant(request.POST.get("seen_at", "")),
            now=timezone.now(),
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
        return False
    said = ngettext("%(count)d comment sent.", "%(count)d comments sent.", len(sent)) % {"count": len(sent)}
    if not sent[0].is_known(sent[0].sent_on):
        said = f"{said} {_('Others see what shows no name from tomorrow on.')}"
    messages.success(request, said)
    return True


def _instant(text: str) -> datetime | None:
    """Return the instant a page has noted, None for what is none."""
    try:
        noted = datetime.fromisoformat(text)
        return noted.astimezone(UTC) if noted.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _form_to_begin(request: MemberRequest, circulation: Circulation) -> CommentForm:
    """Return the form with the draft that is asked for, or with the place in the address."""
    draft = circulation.draft_comments.of(request.user).coded(request.GET.get("draft", ""))
    if draft is None:
        place = {name: request.GET[name][:2000] for name in ANCHOR_FIELDS if name in request.GET}
        return CommentForm(initial=place, circulation=circulation)
    opened = {"draft": draft.code, "seen": stamp_of(draft)}
    return CommentForm(instance=draft, initial=opened, circulation=circulation)


def _stamp(draft: DraftComment | None) -> str:
    return stamp_of(draft) if draft else ""
