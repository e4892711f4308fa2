"""Reports of posts that wait for those who lead: the queue, and settling one after a page that says who is affected."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.core.paging import page_of
from apps.core.refused import Refused
from apps.discussions import actions
from apps.discussions.forms import ReasonForm
from apps.discussions.models import PostReport
from apps.discussions.shown import text_now
from apps.discussions.views.keeping import keeps_text
from apps.members.models import Member
from apps.members.permissions import leads_any
from apps.members.requests import MemberRequest

PER_PAGE = 20


@require_safe
def report_list(request: MemberRequest) -> HttpResponse:
    """What waits, the oldest first."""
    if not leads_any(request.user):
        raise PermissionDenied
    waiting = PostReport.objects.waiting().led_by(request.user)
    shown = waiting.select_related("post__thread__group", "post__thread__event", "reporter")
    return render(request, "discussions/report_list.html", {"page_obj": page_of(request, shown, PER_PAGE)})


@keeps_text
def settle_report(request: MemberRequest, pk: str) -> HttpResponse:
    """Let the post stand, hide it or delete it for good; with a reason that readers see where it does not stand."""
    reports = PostReport.objects.led_by(request.user).select_related("post__thread__event", "post__thread__group")
    report = get_object_or_404(reports.select_related("reporter"), pk=pk)
    act = request.POST.get("act", "")
    form = ReasonForm(request.POST if request.method == "POST" and act != "keep" else None)
    if act == "keep" or (form.is_bound and form.is_valid()):
        try:
            _settle(request, report, act, form.cleaned_data["reason"] if form.is_bound else "")
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("discussions:reports")
    thread = report.post.thread
    context = {
        "report": report,
        "thread": thread,
        "text": text_now(report.text, thread),
        "form": form,
        "readers": _readers(report),
    }
    return render(request, "discussions/report_settle.html", context)


def _settle(request: MemberRequest, report: PostReport, act: str, reason: str) -> None:
    now = timezone.now()
    if act == "keep":
        actions.settle_report(actor=request.user, report=report, is_upheld=False, now=now)
        messages.success(request, _("The post stands. The report is settled."))
        return
    is_removed = act == "remove"
    actions.uphold_report(actor=request.user, report=report, is_removed=is_removed, reason=reason, now=now)
    messages.success(request, _("The post is deleted.") if is_removed else _("The post is hidden."))


def _readers(report: PostReport) -> int:
    return Member.objects.seeing(report.post.thread).count()
