"""Comments on a version in circulation: reading them, and writing one's own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from apps.core.confirmed import id_numbers
from apps.core.refused import Refused
from apps.core.swaps import is_swap
from apps.members.models import Member
from apps.members.requests import MemberRequest, reader_of
from apps.publications import actions, heldtext
from apps.publications.actions.commenting import stamp_of
from apps.publications.forms import CommentForm
from apps.publications.labels import fitting_labels
from apps.publications.models import Circulation, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.remarks import remarks_page, seen_comments
from apps.publications.standing import day_of, standing_of
from apps.publications.views.circulating import visible_circulation_or_404

DRAFTS_PER_PAGE = 100


@require_safe
def comments(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """The comments as far as the reader may see them, their own drafts, and the form for the next one."""
    circulation = commented_circulation_or_404(request, slug, code)
    form = _form_to_begin(request, circulation)
    return render(request, "publications/comments.html", comments_context(request, circulation, form))


def commented_circulation_or_404(request: MemberRequest, slug: str, code: str) -> Circulation:
    """Return the circulation if the reader may see it, with what its pages ask; ``draft_count``: of own drafts."""
    own = Count("draft_comments", filter=Q(draft_comments__member=request.user.pk))
    found = Circulation.objects.visible_to(request.user).annotate(draft_count=own)
    found = found.select_related("publication__group", "version").prefetch_related("publication__authors")
    circulation: Circulation = get_object_or_404(found, publication__slug=slug, code=code)
    return circulation


def comments_context(request: MemberRequest, circulation: Circulation, form: CommentForm) -> dict[str, Any]:
    """Return what the page of comments shows beside the form."""
    now = timezone.now()
    standing = standing_of(circulation, request.user, now)
    leads = standing.leads
    seen = seen_comments(circulation, request.user, day_of(now), is_asked=standing.consultee is not None)
    return {
        "circulation": circulation,
        "publication": circulation.publication,
        "version": circulation.version,
        "standing": standing,
        "leads": leads,
        "form": form,
        "writer_mark": heldtext.writer_mark(request.user),
        "seen": seen,
        "page_obj": remarks_page(request, circulation, seen, leads=leads),
    }


@login_not_required
def save_comment(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """Keep a draft, in place as it is typed (htmx) or by the button. Who was signed out finds the text after the login.

    Also who was taken off, or comes too late, keeps what they wrote.
    """
    back = reverse("publications:comments", kwargs={"slug": slug, "code": code})
    if request.method != "POST":  # Where a login in between leads.
        return redirect(back)
    writer = reader_of(request)
    if writer is None:
        return _signed_out(request, back, code)
    circulation = _written_circulation_or_404(writer, slug, code)
    form = CommentForm(request.POST, circulation=circulation)
    draft = _try_to_save(form, writer, circulation)
    if draft is not None:
        heldtext.let_go(request)
    if is_swap(request):
        return render(request, "publications/_draft_said.html", {"form": form, "draft": draft, "stamp": _stamp(draft)})
    return _saved_or_again(request, circulation, form, draft)


def _signed_out(request: HttpRequest, back: str, code: str) -> HttpResponse:
    is_held = heldtext.hold(request, code)
    if not is_swap(request):
        return redirect_to_login(back)
    said = {"is_signed_out": True, "is_held": is_held, "back": back}
    return render(request, "publications/_draft_said.html", said)


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
    opened = {"draft_id": form.cleaned_data["draft"], "seen": form.cleaned_data["seen"]}
    try:
        return actions.save_draft(actor=writer, circulation=circulation, text=form.text, **opened)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _saved_or_again(
    request: Any, circulation: Circulation, form: CommentForm, draft: DraftComment | None
) -> HttpResponse:
    sees_it = request.user.has_perm("publications.view_circulation", circulation)
    if not sees_it:
        messages.warning(request, _("You do not take part in this circulation any more. Your text is kept here."))
        return redirect("publications:drafts")
    slug, code = circulation.publication.slug, circulation.code
    if draft is None:
        circulation = commented_circulation_or_404(request, slug, code)
        return render(request, "publications/comments.html", comments_context(request, circulation, form))
    messages.success(request, _("Draft saved. Only you see it."))
    page = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(page, allowed_hosts=None):
        return redirect(page)
    return redirect("publications:comments", slug=slug, code=code)


def delete_draft(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Throw one draft away."""
    back = redirect("publications:send_comments", slug=slug, code=code)
    if request.method != "POST":
        return back
    circulation = visible_circulation_or_404(request, slug, code)
    [draft_id] = id_numbers(request.POST.getlist("draft")[:1]) or [0]
    try:
        actions.delete_draft(actor=request.user, circulation=circulation, draft_id=draft_id)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Draft deleted."))
    return back


def send_comments(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """One's drafts, and under which label they are sent: a page of its own, because that can not be narrowed later."""
    circulation = commented_circulation_or_404(request, slug, code)
    if not circulation.consultees.filter(member=request.user.pk).exists():
        raise PermissionDenied
    if request.method == "POST" and _try_to_send(request, circulation):
        return redirect("publications:comments", slug=slug, code=code)
    standing = standing_of(circulation, request.user, timezone.now())
    drafts = circulation.draft_comments.of(request.user).order_by("pk")
    context = {
        "circulation": circulation,
        "publication": circulation.publication,
        "standing": standing,
        "may_comment": standing.may_comment,
        "page_obj": Paginator(drafts, DRAFTS_PER_PAGE).get_page(request.GET.get("page")),
        "ready_count": drafts.ready().count(),
        "labels": fitting_labels(circulation, request.user),
    }
    return render(request, "publications/comments_send.html", context)


def _try_to_send(request: MemberRequest, circulation: Circulation) -> bool:
    try:
        sent = actions.send_drafts(
            actor=request.user,
            circulation=circulation,
            attribution=request.POST.get("attribution", ""),
            keep=id_numbers(request.POST.getlist("keep")),
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


def _form_to_begin(request: MemberRequest, circulation: Circulation) -> CommentForm:
    """Return the form with the draft that is asked for, with what was held over a login, or with the place in the
    address.
    """
    held = heldtext.take_held(request, request.user, circulation.code)
    if held is not None:
        return CommentForm(initial=held, circulation=circulation)
    [draft_id] = id_numbers(request.GET.getlist("draft")[:1]) or [0]
    draft = circulation.draft_comments.of(request.user).filter(pk=draft_id).first() if draft_id else None
    if draft is None:
        place = {name: request.GET[name][:2000] for name in ANCHOR_FIELDS if name in request.GET}
        return CommentForm(initial=place, circulation=circulation)
    opened = {"draft": draft.pk, "seen": stamp_of(draft)}
    return CommentForm(instance=draft, initial=opened, circulation=circulation)


def _stamp(draft: DraftComment | None) -> str:
    return stamp_of(draft) if draft else ""
