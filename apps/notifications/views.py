"""Notices in the portal, choices about mail, and the way out from a mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import audit
from apps.core.guessing import slows_guessing
from apps.core.links import path_of_ours
from apps.core.models import AuditEntry
from apps.core.paging import PreparedRows, prepared_page_of
from apps.core.swaps import is_swap
from apps.notifications import preferences
from apps.notifications.forms import PreferencesForm
from apps.notifications.kinds import KINDS, Kind
from apps.notifications.leaving import way_out
from apps.notifications.models import Notification, OutgoingMail, Preference
from apps.notifications.noticed import add_subjects
from apps.notifications.words import add_words

PER_PAGE = 50


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The reader's notices, newest first, with the messages they stand for."""
    page = prepared_page_of(request, _MINE, request.user)
    _read_ahead(request, list(page))
    return render(request, "notifications/notice_list.html", {"page_obj": page})


_MINE = PreparedRows(lambda reader: Notification.objects.visible_to(reader).order_by("-pk"), PER_PAGE)


def mark_read(request: HttpRequest) -> HttpResponse:
    """Mark the posted notice, in place (htmx) or back on the page it stands on, or all, as read."""
    notice = request.POST.get("notice", "")
    pk = int(notice) if notice.isdecimal() and len(notice) < 19 else 0
    if request.method == "POST":
        unread = Notification.objects.filter(member=request.user.pk).unread()
        unread = unread.filter(pk=pk) if notice else unread
        unread.update(read_at=timezone.now())
    if notice and is_swap(request):
        return _marked(request, pk)
    return redirect(path_of_ours(request.POST.get("next", "")) or "notifications:list")


def _marked(request: HttpRequest, pk: int) -> HttpResponse:
    mine = list(Notification.objects.visible_to(request.user).filter(pk=pk))
    _read_ahead(request, mine)
    return render(request, "notifications/_notice_marked.html", {"notices": mine})


def _read_ahead(request: HttpRequest, notices: list[Notification]) -> None:
    add_subjects(notices)
    add_words(request.user, notices)


def mail_preferences(request: HttpRequest) -> HttpResponse:
    """Each optional kind of mail on or off, and why the others can not be."""
    initial = preferences.cadences_of(request.user)
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        with transaction.atomic():
            for kind, cadence in form.cleaned_data.items():
                preferences.choose_cadence(member=request.user, kind=kind, cadence=cadence)
        messages.success(request, _("Saved. It holds for every mail from now on."))
        return redirect("notifications:preferences")
    return render(request, "notifications/preferences.html", {"form": form, "kept": _kept_kinds()})


def _kept_kinds() -> list[tuple[bool, list[Kind]]]:
    """What can not be switched off: security mail, then the rest."""
    kept = [kind for kind in KINDS.values() if not kind.is_optional]
    return [(is_security, [kind for kind in kept if kind.is_security == is_security]) for is_security in (True, False)]


# One-click unsubscribe (RFC 8058): mail programs post without cookies, so the token alone is the proof.
@csrf_exempt
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@slows_guessing
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Switch off what brought the mail this link stood in: one choice of the reader's, or a kind of mail.

    GET asks and changes nothing; a second POST does nothing more.
    """
    mail = OutgoingMail.from_token(token)
    if mail is None or mail.kind not in KINDS or not mail.definition.is_optional:
        raise Http404
    if mail.member is None or not mail.member.is_active:
        return render(request, "notifications/unsubscribe_gone.html", status=410)
    way = way_out(mail)
    if request.method == "POST":
        is_on = request.POST.get("cadence") == Preference.Cadence.AT_ONCE
        way.switch(is_on=is_on)
        cadence = Preference.Cadence.AT_ONCE if is_on else Preference.Cadence.OFF
        audit.record(AuditEntry.Event.TOKEN, actor=mail.member, about=mail, detail=f"unsubscribe:{cadence}")
    context = {"way": way, "is_off": way.is_off(), "has_chosen": request.method == "POST"}
    return render(request, "notifications/unsubscribe.html", context)
