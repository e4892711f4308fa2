"""What all screens of the admin share: one access policy, few queries, acts that ask first, kind refusals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, ActionLocation
from django.contrib.auth import get_permission_codename
from django.core.exceptions import BadRequest, ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django_countries.fields import CountryField
from timezone_field import TimeZoneField

from apps.core.adminsteps import Step, Tool
from apps.core.confirmed import id_numbers
from apps.core.refused import Refused
from apps.core.selects import LongSelect

# No list is filtered by these: whoever may ask "does it begin with a?" often enough has read it all.
SECRET_COLUMNS = frozenset({"password", "nonce", "sealed", "text_body", "html_body", "attachments"})


# The browser's own pickers: Django's weigh more than the rest of a form, and the keyboard does not reach them.
_PICKERS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.DateTimeField: {
        "form_class": forms.SplitDateTimeField,
        "widget": forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d", time_format="%H:%M", date_attrs={"type": "date"}, time_attrs={"type": "time"}
        ),
    },
}

# After those of ``PortalAdmin.media``: they need jQuery.
_SLUG_WRITERS = forms.Media(js=[f"admin/js/{name}" for name in ("jquery.init.js", "urlify.js", "prepopulate.js")])


class PortalAdmin(admin.ModelAdmin):
    """A screen whose rights come from ``Member.has_perm(perm, row)`` and whose lists stay quick with 5,000 rows.

    ``steps`` are acts with a page that says who is affected before anything happens. An action's ``Refused`` becomes an
    error of the form that was sent.
    """

    steps: Sequence[type[Step]] = ()
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    formfield_overrides = _PICKERS

    @property
    def media(self) -> forms.Media:
        """Of Django's scripts only what every form of ours uses: most of their weight is for slugs in any alphabet."""
        names = ("vendor/jquery/jquery.min.js", "jquery.init.js", "admin/RelatedObjectLookups.js")
        return forms.Media(js=[f"admin/js/{name}" for name in names])

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Load for a list what its menu needs."""
        media = forms.Media(js=["admin/js/actions.js"])
        return super().changelist_view(request, {"media": media, **(extra_context or {})})

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Return what the reader may see; a relation read from one row is fetched for all rows of the page."""
        rows = super().get_queryset(request)
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(request.user)
        return rows.fetch_mode(models.FETCH_PEERS)

    # The one policy, asked with the row.

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "view", obj) or self._allows(request, "change", obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._allows(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "change", obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "delete", obj)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Refuse what Django allows: a filter, typed into the address, on a column that no screen shows."""
        return SECRET_COLUMNS.isdisjoint(lookup.split("__")) and super().lookup_allowed(lookup, value, request)

    def response_action(
        self,
        request: HttpRequest,
        queryset: models.QuerySet[Any],
        action_location: ActionLocation = ActionLocation.CHANGE_LIST,
    ) -> HttpResponse | None:
        """Refuse ticked rows that are no numbers: Django would look for them and fail."""
        ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if len(id_numbers(ticked)) < len(set(ticked)):
            raise BadRequest("A ticked row is no number.")
        return super().response_action(request, queryset, action_location)

    def _allows(self, request: HttpRequest, verb: str, obj: Any = None) -> bool:
        codename = get_permission_codename(verb, self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}", obj)

    # Steps. Nothing else is in the list's menu: deleting in bulk would pass our actions by.

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path(step.route(), view(step.as_view(model_admin=self)), name=step.url_name(self.opts))
            for step in self.steps
        ]
        return [*own, *super().get_urls()]

    def get_actions(
        self, request: HttpRequest, action_location: ActionLocation = ActionLocation.CHANGE_LIST
    ) -> dict[str, Any]:
        if action_location != ActionLocation.CHANGE_LIST or IS_POPUP_VAR in request.GET:
            return {}
        offered = (step.as_list_action(self, request) for step in self.steps)
        return {action.name: action for action in offered if action}

    def tools(self, request: HttpRequest, obj: Any) -> list[Tool]:
        """Return the buttons above one row's form."""
        return [tool for step in self.steps if (tool := step.tool(self, request, obj))]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context["adminform"].prepopulated_fields:
            context["media"] = self.media + context["media"] + _SLUG_WRITERS
        row = kwargs.get("obj")
        if row is not None:
            context |= {"tools": self.tools(request, row), **self.row_context(request, row)}
        return super().render_change_form(request, context, *args, **kwargs)

    def get_changelist_form(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Name the fields in a list for whoever does not see where they stand."""
        made = super().get_changelist_form(request, **kwargs)
        return type(made.__name__, (_InList, made), {"name_of": staticmethod(self.name_of)})

    def name_of(self, row: Any) -> str:
        """Return what tells this row of the list apart."""
        return str(row)

    def row_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what a screen's own template shows beside the form of an existing row."""
        return {}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Write long lists such as time zones in one go."""
        if isinstance(db_field, TimeZoneField | CountryField):
            kwargs["widget"] = LongSelect
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # Refusals.

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form. When the action behind it refuses, roll back and show it again with the reason."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except Refused as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # read by get_form
            return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(made.__name__, (_Refusing, made), {"refusal": refusal}) if refusal else made


class _InList(forms.ModelForm):
    """A form that is one row of a list: its fields have a column's heading for a label, and no more."""

    name_of: Callable[[Any], str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values() if self.instance.pk else ():
            field.widget.attrs["aria-label"] = f"{field.label}: {self.name_of(self.instance)}"


class _Refusing(forms.ModelForm):
    """A form whose action has said no."""

    refusal: Refused

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        self.add_error(None, ValidationError(str(self.refusal), code="refused"))
        return cleaned


class ReadOnlyAdmin(PortalAdmin):
    """A record that is written by the portal itself: looked at, never changed by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PortalInline(admin.StackedInline):
    """Rows on their parent's page, for few rows only. Stacked: its labels stay with their fields at 320 px."""

    extra = 0
    formfield_overrides = _PICKERS

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "add")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "change")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "delete")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._allows(request, "view")

    def _allows(self, request: HttpRequest, verb: str) -> bool:
        return request.user.has_perm(f"{self.opts.app_label}.{get_permission_codename(verb, self.opts)}")
