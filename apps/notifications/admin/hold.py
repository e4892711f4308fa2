"""The brake after a restore, with the one screen that lets mail go again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.contrib.admin import display
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import desk, panels, waiting
from apps.core.adminbase import ReadOnlyAdmin
from apps.core.adminsteps import RowStep
from apps.core.refused import Refused
from apps.notifications import holds
from apps.notifications.models import Hold


class ReleaseStep(RowStep):
    """Says what waits, and offers to send it or to set it aside."""

    slug = "release"
    perm = "notifications.release_hold"
    label = gettext_lazy("Release the mail")
    template_name = "admin/notifications/hold/release.html"
    row: Hold

    @classmethod
    def fits(cls, row: Hold) -> bool:
        return row.released_at is None

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.fits(self.row):
            return self.done(_("This was done already."))
        kept_back = holds.waiting(self.row, timezone.now())
        return self.page(_("Release the mail"), self.row_url(self.row), waiting=kept_back)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        sets_aside = "_set_aside" in request.POST
        if not sets_aside and "_send" not in request.POST:
            return self.get(request, pk)
        try:
            waited = holds.release_mail(actor=self.actor, hold=self.row, sets_aside=sets_aside, now=timezone.now())
        except Refused as refusal:
            return self.done(str(refusal))
        if sets_aside:
            return self.done(_("%(count)d mails are set aside as unclear.") % {"count": waited.earlier})
        return self.done(_("%(count)d mails go out now.") % {"count": waited.mails})


@admin.register(Hold)
class HoldAdmin(ReadOnlyAdmin):
    steps = (ReleaseStep,)
    list_display = ("made_at", "why", "taken_at", "released_at", "released_by")
    list_select_related = ("released_by",)
    ordering = ("-made_at",)
    fields = list_display
    readonly_fields = fields

    @display(description=gettext_lazy("reason"), ordering="reason")
    def why(self, row: Hold) -> str:
        return row.why


def hold_pulse(about: models.Model, member: models.Model | None, now: datetime) -> tuple[str, dict[str, Any]] | None:
    """Say that mail is on hold, and lead to the release. One query; three more while it is."""
    hold = holds.open_hold()
    if hold is None:
        return None
    rows = {"waiting_template": "admin/notifications/_held_waiting.html", "waiting": holds.waiting(hold, now)}
    return "admin/notifications/_held.html", {"hold": hold, "now": now, "things": 1, **rows}


panels.register(desk.PULSE, hold_pulse)
waiting.count_things(holds.newest_open)
