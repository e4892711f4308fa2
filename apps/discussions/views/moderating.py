"""A post that should not stand: readers report it, those who lead hide, show or delete it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import ReasonForm, ReportForm
from apps.discussions.models import Post
from apps.discussions.views.keeping import keeps_text
from apps.discussions.views.pace import too_fast
from apps.discussions.views.reading import visible_post_or_404
from apps.members.requests import MemberRequest


@keeps_text
def report_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Tell those who lead that a post should not stand. No message is left in the session: see ``views.own``."""
    post = visible_post_or_404(request, pk, number)
    form = ReportForm(request.POST if request.method == "POST" else None)
    status = HTTPStatus.OK
    if form.is_bound and form.is_valid() and (why := too_fast(request, "report", post.thread)):
        form.add_error(None, str(why))
        status = HTTPStatus.TOO_MANY_REQUESTS
    if form.is_bound and form.is_valid():
        try:
            actions.report_post(actor=request.user, post=post, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect(
                f"{post.thread.get_absolute_url()}?page={post.thread.page_of(number)}&said=reported#p{number}"
            )
    context = {"thread": post.thread, "post": post, "form": form}
    return render(request, "discussions/post_report.html", context, status=status)


@keeps_text
def moderate_post(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """Hide a post, show it again, or delete it for good, after a page that says what readers see then."""
    post = visible_post_or_404(request, pk, number)
    if not request.user.has_perm("discussions.lead_thread", post.thread):
        raise PermissionDenied
    is_shown_again = post.is_hidden and request.POST.get("act") == "show"
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if is_shown_again or (form.is_bound and form.is_valid()):
        try:
            _moderate(request, post, "" if is_shown_again else form.cleaned_data["reason"])
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(post)
    context = {"thread": post.thread, "post": post, "form": form, "affected": post.thread.count_mere_readers()}
    return render(request, "discussions/post_moderate.html", context)


def _moderate(request: MemberRequest, post: Post, reason: str) -> None:
    act, now = request.POST.get("act"), timezone.now()
    if act == "show":
        actions.show_post(actor=request.user, post=post)
        messages.success(request, _("The post is shown again."))
    elif act == "remove":
        actions.remove_post(actor=request.user, post=post, reason=reason, now=now)
        messages.success(request, _("The post is deleted. Its number and the reason stay."))
    else:
        actions.hide_post(actor=request.user, post=post, reason=reason, now=now)
        messages.success(request, _("The post is hidden. Readers see its number and the reason."))
