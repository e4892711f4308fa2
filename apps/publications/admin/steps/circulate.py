"""From a paper to the circulation that runs, or to the form that prepares one of its newest version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.adminsteps import RowStep
from apps.publications.models import Circulation, Publication
from apps.publications.ways import WAYS

_State = Publication.State


class CirculateStep(RowStep):
    """Asks nothing: it leads on."""

    slug = "circulate"
    perm = "publications.change_publication"
    label = _("Circulation")
    http_method_names = ["get", "head", "options"]

    @classmethod
    def fits(cls, row: Publication) -> bool:
        return row.state == _State.CIRCULATING or _State.CIRCULATING in WAYS[row.state]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        running = self.row.circulations.filter(state__in=[Circulation.State.PREPARED, Circulation.State.OPEN]).first()
        if running is not None:
            return HttpResponseRedirect(reverse("admin:publications_circulation_change", args=[running.pk]))
        newest = self.row.versions.newest_first().values_list("pk", flat=True).first()
        add_url = reverse("admin:publications_circulation_add")
        return HttpResponseRedirect(f"{add_url}?version={newest}" if newest else add_url)
