"""Comments by spreadsheet: send the filled-in matrix, see what it comes to, import it."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.refused import Refused
from apps.core.sheetfiles import read_sheet
from apps.members.requests import MemberRequest
from apps.publications import actions
from apps.publications.forms import SheetForm
from apps.publications.models import Circulation, CommentSheet
from apps.publications.sheets import Reading, read_comments
from apps.publications.views.circulating import visible_circulation_or_404

ROWS_SHOWN = 20
FAULTS_SHOWN = 200
# Each is read by a process of its own.
RATES = {"sheet": "20/10m/user"}


def upload_sheet(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Take a matrix and show what it comes to; nothing is a draft yet."""
    circulation = _asked_circulation(request, slug, code)
    form = SheetForm(request.POST or None, request.FILES or None)
    context = {"circulation": circulation, "publication": circulation.publication, "form": form}
    if request.method == "POST" and form.is_valid():
        reading = _read(request, form, circulation)
        if reading is not None:
            return render(
                request, "publications/sheet_checked.html", {**context, **_found(request, circulation, reading)}
            )
    return render(request, "publications/sheet.html", context)


def _read(request: MemberRequest, form: forms.Form, circulation: Circulation) -> Reading | None:
    if not ratelimit.consume(request, app="apps.publications", action="sheet", config=RATES):
        form.add_error("file", _("You have sent many files in a short time. Wait some minutes, then send it again."))
        return None
    try:
        return read_comments(read_sheet(form.cleaned_data["file"]), circulation)
    except ValidationError as fault:
        form.add_error("file", fault)
        return None


def _found(request: MemberRequest, circulation: Circulation, reading: Reading) -> dict[str, object]:
    sheet: CommentSheet | None = None
    if reading.texts:
        sheet = actions.keep_sheet(actor=request.user, circulation=circulation, texts=reading.texts, now=timezone.now())
    return {
        "reading": reading,
        "sheet": sheet,
        "shown": reading.texts[:ROWS_SHOWN],
        "faults": reading.faults[:FAULTS_SHOWN],
        "faulty_count": len({number for number, _fault in reading.faults}),
    }


def import_sheet(request: MemberRequest, slug: str, code: str) -> HttpResponse:
    """Make drafts of what the dry run showed, once."""
    circulation = _asked_circulation(request, slug, code)
    if request.method != "POST":
        return redirect("publications:sheet", slug=slug, code=code)
    try:
        made, known = actions.import_sheet(
            actor=request.user, circulation=circulation, code=request.POST.get("sheet", "")
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _said(made, known))
    return redirect("publications:send_comments", slug=slug, code=code)


def _said(made: int, known: int) -> str:
    said = ngettext("%(count)d draft imported.", "%(count)d drafts imported.", made) % {"count": made}
    if not known:
        return said
    more = ngettext("%(count)d was there already.", "%(count)d were there already.", known) % {"count": known}
    return f"{said} {more}"


def _asked_circulation(request: MemberRequest, slug: str, code: str) -> Circulation:
    circulation = visible_circulation_or_404(request, slug, code)
    if not circulation.consultees.filter(member=request.user.pk).exists():
        raise PermissionDenied
    return circulation
