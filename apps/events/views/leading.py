"""What a group's chair and coordinators do with its events in the portal: change them and cancel them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.refused import Refused
from apps.events import actions
from apps.events.changes import said_of_saving
from apps.events.forms import CancelForm, EventForm
from apps.events.models import Event
from apps.events.views.reading import visible_event_or_404
from apps.members.permissions import Personal
from apps.members.querysets import seen
from apps.members.requests import MemberRequest

NAMES_SHOWN = 200


def edit_event(request: MemberRequest, slug: str) -> HttpResponse:
    """Text, time, place and link of one event."""
    event = _led_event(request, slug, "events.change_event")
    if event.is_cancelled:
        messages.error(request, _("This event was cancelled. A cancellation is final."))
        return redirect(event)
    form = _try_to_save(request, event) if request.method == "POST" else EventForm(instance=event)
    if form.is_bound and form.is_valid():
        _say_saved(request, form)
        return redirect(form.instance)
    return render(request, "events/event_edit.html", {"event": event, "form": form})


@transaction.atomic
def _try_to_save(request: MemberRequest, event: Event) -> EventForm:
    """Return the form, without errors if it was saved. The row is held from reading to writing."""
    event.lock()
    form = EventForm(request.POST, instance=Event.objects.get(pk=event.pk))
    if form.is_valid():
        try:
            actions.save_event(actor=request.user, event=form.save(commit=False), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return form


def _say_saved(request: MemberRequest, form: EventForm) -> None:
    messages.success(request, said_of_saving(form.instance, timezone.now()) or _("Saved."))
    for remark in form.time_remarks:
        messages.warning(request, remark)


def cancel_event(request: MemberRequest, slug: str) -> HttpResponse:
    """Cancel for good, after a page that says who is affected."""
    event = _led_event(request, slug, "events.cancel_event")
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _cancel(request, event, form.cleaned_data["reason"])
    affected = event.participations.live().exclude(answer="no")
    organisation = seen(request.user, Personal.ORGANISATION, "organisation__name", "member")
    names = affected.order_by("member__name", "pk").values(name=F("member__name"), organisation=organisation)
    context = {
        "event": event,
        "form": form,
        "is_possible": event.is_scheduled and event.ends_at > timezone.now(),
        "count": affected.count(),
        "affected": names[:NAMES_SHOWN],
    }
    return render(request, "events/event_cancel.html", context)


def _cancel(request: MemberRequest, event: Event, reason: str) -> HttpResponse:
    try:
        told = actions.cancel_event(actor=request.user, event=event, reason=reason, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect(event)
    said = ngettext(
        "Event cancelled. %(count)d person will be told.", "Event cancelled. %(count)d people will be told.", told
    )
    messages.success(request, said % {"count": told})
    return redirect(event)


def _led_event(request: MemberRequest, slug: str, perm: str) -> Event:
    event = visible_event_or_404(request, slug)
    if not request.user.has_perm(perm, event):
        raise PermissionDenied
    return event
