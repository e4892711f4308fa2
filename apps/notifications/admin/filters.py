"""How the ledger is narrowed down."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.notifications.kinds import KINDS


class KindFilter(admin.SimpleListFilter):
    """By kind, from the table of kinds: no query for the choices."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(slug, kind.label) for slug, kind in KINDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class NeedsHandFilter(admin.SimpleListFilter):
    """First what waits for a person: failed and unclear mail."""

    title = _("what waits for you")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("hand", _("failed or unclear"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.needing_a_hand() if self.value() == "hand" else queryset  # type: ignore[attr-defined]  # MailQuerySet
