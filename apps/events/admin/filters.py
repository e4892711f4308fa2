"""How the participants are narrowed down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

_ANSWERED = {
    "yes": (_("yes, with a seat"), Q(answer="yes", has_seat=True)),
    "waiting": (_("yes, waiting for a seat"), Q(queue_number__isnull=False)),
    "maybe": (_("maybe"), Q(answer="maybe")),
    "no": (_("no"), Q(answer="no")),
    "none": (_("not answered"), Q(answer="")),
}


NOT_NOTED = _("Not noted")


class AttendedFilter(admin.BooleanFieldListFilter):
    """Whose attendance nobody noted is called so: Django says "Unknown"."""

    def choices(self, changelist: Any) -> Any:
        *known, unset = super().choices(changelist)
        yield from (*known, {**unset, "display": NOT_NOTED})


class AnsweredFilter(admin.SimpleListFilter):
    title = _("answer")
    parameter_name = "answered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(name, label) for name, (label, _condition) in _ANSWERED.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = _ANSWERED.get(self.value() or "")
        return queryset.filter(chosen[1]) if chosen else queryset


class InvitedFilter(admin.SimpleListFilter):
    """Only those invited now, and of what is over those who were then or came, unless the others are asked for."""

    title = _("invitation")
    parameter_name = "invited"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("ended", _("taken back or ended")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [{**first, "display": _("invited")}, *others]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "all":
            return queryset
        listed = queryset.listed(timezone.now())  # type: ignore[attr-defined]  # ParticipationQuerySet
        return queryset.exclude(pk__in=listed.values("pk")) if self.value() == "ended" else listed
