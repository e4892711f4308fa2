"""Participants and attendance as a CSV file. The export is logged, so it is asked for by POST."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_countries import countries

from apps.core.adminsteps import RowStep
from apps.core.audit import record
from apps.core.cells import csv_download
from apps.core.models import AuditEntry
from apps.events.models import Event, Participation

HEADER: tuple[str | Promise, ...] = (
    gettext_lazy("name"),
    gettext_lazy("e-mail address"),
    gettext_lazy("position"),
    gettext_lazy("organisation"),
    gettext_lazy("stakeholder group"),
    gettext_lazy("country"),
    gettext_lazy("invited (UTC)"),
    gettext_lazy("invited through"),
    gettext_lazy("answer"),
    gettext_lazy("takes part"),
    gettext_lazy("has a seat"),
    gettext_lazy("waiting list"),
    gettext_lazy("answered (UTC)"),
    gettext_lazy("attended"),
)


class ExportStep(RowStep):
    slug = "export"
    perm = "events.export_event"
    label = gettext_lazy("Participants as CSV")
    explanation = gettext_lazy(
        "The file holds names and addresses of everyone invited, their answers and their attendance. That you "
        "export it is logged. Keep it as long as you need it, and no longer."
    )

    @classmethod
    def fits(cls, row: Event) -> bool:
        return not row.is_draft

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        count = self.row.participations.listed(timezone.now()).count()
        return self.page(
            _("Export the participants of “%(title)s”?") % {"title": self.row.title},
            self.row_url(self.row),
            form=forms.Form(),
            button=_("Download %(count)d rows") % {"count": count},
        )

    def post(self, request: HttpRequest, pk: int) -> StreamingHttpResponse:
        record(AuditEntry.Event.EXPORT, actor=self.actor, about=self.row, detail="participants")
        return csv_download(f"participants-{self.row.slug}.csv", HEADER, participant_rows(self.row, timezone.now()))


def participant_rows(event: Event, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Yield a row for everyone invited now, or while an event that is over took place, or who came; by name.

    One query, read in pieces.
    """
    people = event.participations.listed(now).select_related("member__organisation", "via_group")
    for part in people.order_by("member__name", "pk").iterator(chunk_size=500):
        yield (*_person(part), *_answer(part))


def _person(part: Participation) -> tuple[Any, ...]:
    member, organisation = part.member, part.member.organisation
    return (
        member.name,
        member.email,
        member.position,
        organisation.name if organisation else "",
        organisation.get_stakeholder_group_display() if organisation else "",
        str(countries.name(member.country)),
    )


def _answer(part: Participation) -> tuple[Any, ...]:
    return (
        _stamp(part.invited_at),
        part.via_group.name if part.via_group else "",
        part.get_answer_display(),
        part.get_mode_display() if part.mode else "",
        _("yes") if part.has_seat else "",
        part.queue_number,
        _stamp(part.answered_at),
        {True: _("yes"), False: _("no"), None: ""}[part.attended],
    )


def _stamp(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
