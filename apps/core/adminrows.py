"""The same act on some rows of a list, or reached from one row's page: asks first, does it to those that were shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import Action, ActionLocation
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models.options import Options
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from apps.core.adminsteps import Step
from apps.core.confirmed import Confirmed, id_numbers, sign, unsign
from apps.core.refused import Refused

MOST_ROWS = 200


class RowsStep(Step):
    """The same act on some rows, chosen in the list or reached from one row's page.

    ``question``, ``button`` and ``done`` are plural forms of ``count``; ``explanation`` says what follows.
    """

    form_class: ClassVar[type[forms.Form]] = forms.Form
    question: ClassVar[Any]
    button: ClassVar[Any]
    done: ClassVar[Any]
    explanation: ClassVar[str | Promise]

    @classmethod
    def route(cls) -> str:
        return f"step/{cls.slug}/"

    @classmethod
    def tool_url(cls, opts: Options[Any], row: Any) -> str:
        return f"{reverse(f'admin:{cls.url_name(opts)}')}?id={row.pk}"

    @classmethod
    def as_list_action(cls, model_admin: admin.ModelAdmin, request: HttpRequest) -> Action | None:
        if not request.user.has_perm(cls.perm):
            return None
        return Action(_from_list(cls), cls.slug, cls.label, cls.label, [ActionLocation.CHANGE_LIST])  # type: ignore[arg-type]  # lazy text

    def describe(self, row: Any) -> str:
        """Return one line that tells the row apart on the confirming page."""
        return str(row)

    def act(self, row: Any, cleaned: dict[str, Any]) -> None:
        """Do it to one row; raises Refused."""
        raise NotImplementedError

    def mark(self, row: Any) -> str:
        """Return one word that is another once this was done to the row, for acts that fit it as before. A page that
        was sent already then does it no second time.
        """
        return ""

    def asked_form(self, rows: list[Any]) -> forms.Form:
        """Return the empty form of the confirming page for these rows."""
        return self.form_class()

    def rows(self, ids: Iterable[int]) -> list[Any]:
        """Return those of these rows that the reader may do this to."""
        found = self.model_admin.get_queryset(self.request).filter(pk__in=list(ids)[: MOST_ROWS + 1]).order_by("pk")
        return [row for row in found if self.request.user.has_perm(self.perm, row)]

    def get(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(self.perm):
            raise PermissionDenied
        return self.ask(self.rows(id_numbers(request.GET.getlist("id"))))

    def ask(self, rows: list[Any]) -> HttpResponse:
        """Show who is affected, and who is left as they are."""
        if len(rows) > MOST_ROWS:
            messages.warning(self.request, _("Please choose at most %(count)d at a time.") % {"count": MOST_ROWS})
            return HttpResponseRedirect(self.list_url())
        fitting = [row for row in rows if self.fits(row)]
        if not fitting:
            messages.info(self.request, _("Nothing to do: none of these needs it."))
            return HttpResponseRedirect(self.row_url(rows[0]) if len(rows) == 1 else self.list_url())
        confirmed = Confirmed([row.pk for row in fitting], note=" ".join(map(self.mark, fitting)))
        return self._page(rows, confirmed, self.asked_form(fitting))

    def post(self, request: HttpRequest) -> HttpResponse:
        confirmed = unsign(request.POST.get("chosen", ""), act=self._act_name, person_id=self.actor.pk)
        if confirmed is None:
            messages.error(request, _("This page was open for too long. Please choose again."))
            return HttpResponseRedirect(self.list_url())
        rows = self.rows(confirmed.ids)
        form = self.form_class(request.POST)
        if not form.is_valid():
            return self._page(rows, confirmed, form)
        marks = dict(zip(confirmed.ids, confirmed.note.split(" "), strict=False))
        waiting = [row for row in rows if self.fits(row) and marks.get(row.pk, "") == self.mark(row)]
        return self._do(rows, waiting, form.cleaned_data)

    def _do(self, rows: list[Any], waiting: list[Any], cleaned: dict[str, Any]) -> HttpResponse:
        count = sum(self._try(row, cleaned) for row in waiting)
        if count:
            messages.success(self.request, self.done % {"count": count})
        elif not waiting:
            messages.info(self.request, _("This was done already."))
        return HttpResponseRedirect(self.row_url(rows[0]) if len(rows) == 1 else self.list_url())

    def _try(self, row: Any, cleaned: dict[str, Any]) -> bool:
        try:
            self.act(row, cleaned)
        except Refused as refusal:
            messages.error(self.request, f"{self.describe(row)}: {refusal}")
            return False
        self.model_admin.log_change(self.request, row, str(self.label))
        return True

    @property
    def _act_name(self) -> str:
        return self.url_name(self.opts)

    def _page(self, rows: list[Any], confirmed: Confirmed, form: forms.Form) -> HttpResponse:
        chosen = set(confirmed.ids)
        count = {"count": len(confirmed.ids)}
        return self.page(
            self.question % count,
            self.row_url(rows[0]) if len(rows) == 1 else self.list_url(),
            form=form,
            chosen=sign(confirmed, act=self._act_name, person_id=self.actor.pk),
            affected=[self.describe(row) for row in rows if row.pk in chosen],
            left_out=[self.describe(row) for row in rows if row.pk not in chosen],
            button=self.button % count,
            action_url=reverse(f"admin:{self._act_name}"),
        )


def _from_list(step: type[RowsStep]) -> Callable[[Any, HttpRequest, models.QuerySet[Any]], HttpResponse]:
    """Return the list action that leads to a step's confirming page."""

    def show(model_admin: admin.ModelAdmin, request: HttpRequest, rows: models.QuerySet[Any]) -> HttpResponse:
        view = step(model_admin=model_admin)
        view.setup(request)
        return view.ask(view.rows(rows.order_by("pk").values_list("pk", flat=True)[: MOST_ROWS + 1]))

    show.__name__ = step.slug
    return show
