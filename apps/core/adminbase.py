"""What all screens of the admin share: one access policy, few queries, acts that ask first, kind refusals."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IS_POPUP_VAR, ActionLocation, BaseModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.core.exceptions import BadRequest, FieldDoesNotExist, ObjectNotUpdated, ValidationError
from django.db import IntegrityError, models
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst, smart_split
from django.utils.translation import gettext as _
from django_countries.fields import CountryField
from timezone_field import TimeZoneField

from apps.core.adminsteps import Step, Tool
from apps.core.confirmed import id_numbers
from apps.core.conflicts import FreshnessMixin
from apps.core.moments import MomentField
from apps.core.refused import Refused
from apps.core.selects import LongSelect, RowSelect, RowSelectMultiple, ZoneSelect

logger = logging.getLogger(__name__)

# No list is filtered by these: whoever may ask "does it begin with a?" often enough has read it all.
SECRET_COLUMNS = frozenset({"password", "nonce", "sealed", "text_body", "html_body", "attachments"})
# How a column may be compared with what stands in an address. Others fail on odd values (a year 0), or take for ever
# (a regular expression); our filters and links need none of them.
_COMPARISONS = frozenset({"exact", "in", "isnull"})
# Each word is one more condition on every column searched, and SQLite takes only so many.
_MOST_WORDS = 20
# Of the rows on their page a parent has few; a form of a hundred takes a second or two to draw.
MOST_ROWS = 100
# Of how many rows' time zones the most frequent are offered first, and how many of them.
_LATEST_ROWS, _USED_ZONES = 300, 8


# The browser's own pickers: Django's weigh more than the rest of a form, and the keyboard does not reach them.
_PICKERS: dict[type[models.Field[Any, Any]], dict[str, Any]] = {
    models.DateField: {"widget": forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})},
    models.DateTimeField: {
        "form_class": MomentField,
        "widget": forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d", time_format="%H:%M", date_attrs={"type": "date"}, time_attrs={"type": "time"}
        ),
    },
}

# After those of ``PortalAdmin.media``: they need jQuery.
_SLUG_WRITERS = forms.Media(js=[f"admin/js/{name}" for name in ("jquery.init.js", "urlify.js", "prepopulate.js")])


class _PickedRows(BaseModelAdmin):
    """What points to other rows is picked with our own selects."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer no deleting beside a select: it is refused for most rows, and nobody looks for it there."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", RowSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class PortalAdmin(_PickedRows, admin.ModelAdmin):
    """A screen whose rights come from ``Member.has_perm(perm, row)`` and whose lists stay quick with 5,000 rows.

    ``steps`` are acts with a page that says who is affected before anything happens. An action's ``Refused`` becomes an
    error of the form that was sent.
    """

    steps: Sequence[type[Step]] = ()
    # Whether a form notices that somebody else saved the row since it was opened.
    notices_others = False
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
        """Load for a list what its menu needs; it is called what it holds."""
        media = forms.Media(js=["admin/js/actions.js"])
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"media": media, "title": title, **(extra_context or {})})

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
        """Refuse what Django allows: a filter, typed into the address, on a column that no screen shows, or one that
        compares other than our own links do.
        """
        is_open = SECRET_COLUMNS.isdisjoint(lookup.split("__")) and _is_plain(self.model, lookup)
        return is_open and super().lookup_allowed(lookup, value, request)

    def get_search_results(self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str) -> Any:
        return super().get_search_results(request, queryset, self.first_words(request, search_term))

    def first_words(self, request: HttpRequest, search_term: str) -> str:
        """Return as many words as are looked for, and say so where there are more."""
        words = list(islice(smart_split(search_term), _MOST_WORDS + 1))
        if len(words) > _MOST_WORDS and self.get_search_fields(request):
            search_term = " ".join(words[:_MOST_WORDS])
            if request.resolver_match is not None and request.resolver_match.url_name != "autocomplete":
                messages.warning(request, _("Only the first %(count)s words are looked for.") % {"count": _MOST_WORDS})
        return search_term

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

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Read no more rows of a list than it ever shows, whatever number was sent: Django would draw two thousand."""
        most = self.list_max_show_all
        return super().get_changelist_formset(request, **{"max_num": most, "absolute_max": most, **kwargs})

    def name_of(self, row: Any) -> str:
        """Return what tells this row of the list apart."""
        return str(row)

    def row_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        """Return what a screen's own template shows beside the form of an existing row."""
        return {}

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Write long lists in one go, time zones by region after those that the latest rows have."""
        if isinstance(db_field, CountryField):
            kwargs["widget"] = LongSelect
        if isinstance(db_field, TimeZoneField):
            kwargs["widget"] = ZoneSelect(used=partial(_used_zones, db_field))
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    # Saving, and refusals.

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Hold the row while a form is saved, so that nobody comes between comparing its version and saving it."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and self.notices_others and request.method == "POST":
            self.model._default_manager.filter(pk=row.pk).update(updated_at=F("updated_at"))
            return super().get_object(request, object_id, from_field)
        return row

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the hidden field that says which version of the row is in the form."""
        (label, first), *others = super().get_fieldsets(request, obj)
        if not self._notices(request, obj) or "version" in first["fields"]:
            return [(label, first), *others]
        return [(label, {**first, "fields": ("version", *first["fields"])}), *others]

    def _notices(self, request: HttpRequest, obj: Any) -> bool:
        return self.notices_others and obj is not None and self.has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the columns of the form and no others. A suspension, an answer or an acceptance between reading the row
        and writing it stands; and a row that was deleted meanwhile does not come back.
        """
        obj.save(update_fields=_typed(form) if change else None)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form. When the action behind it refuses, roll back and show it again with the reason.

        Where two send the same at one moment, a second press of the button perhaps, both may find their names and
        addresses free and one of them fails in the database, or finds its row deleted. Looked at again, its form says
        so by itself.
        """
        for _look in range(2):
            try:
                return super().changeform_view(request, *args, **kwargs)
            except Refused as refusal:
                request.refusal = refusal  # type: ignore[attr-defined]  # read by get_form
            except (IntegrityError, ObjectNotUpdated):
                logger.warning("A form met another of the same.")
        return super().changeform_view(request, *args, **kwargs)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if self._notices(request, obj):
            alone = {"stands_alone": not self.inlines}
            kwargs.setdefault("form", type(self.form.__name__, (FreshnessMixin, self.form), alone))
        made = super().get_form(request, obj, change, **kwargs)
        refusal = getattr(request, "refusal", None)
        return type(made.__name__, (_Refusing, made), {"refusal": refusal}) if refusal else made


def _is_plain(model: type[models.Model], lookup: str) -> bool:
    """Whether a filter names a column and compares it plainly; dates not even that. What is no column is not for here:
    Django passes it to the screen's own filters, or refuses it. Rows that point to those of the list are none of its
    columns: who has a draft, and whose it is, is on no screen.
    """
    names = lookup.split("__")
    for position, name in enumerate(names):
        try:
            field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        except FieldDoesNotExist:
            return position == 0 or _COMPARISONS.issuperset(names[position:])
        if isinstance(field, models.ForeignObjectRel):
            return False  # rows that point here
        if isinstance(field, models.DateField):
            return names[position + 1 :] == ["isnull"]
        if field.related_model is None:
            return _COMPARISONS.issuperset(names[position + 1 :])
        model = field.related_model
    return True


def _typed(form: forms.ModelForm) -> list[str]:
    """Return the columns that a form writes, with those that note when."""
    columns = form.instance._meta.concrete_fields
    return [each.name for each in columns if each.name in form.cleaned_data or getattr(each, "auto_now", False)]


def _used_zones(field: TimeZoneField) -> list[str]:
    """Return the zones that the latest rows have most, the most frequent first. One query, as quick among many rows."""
    latest = field.model._default_manager.order_by("-pk").values_list(field.attname, flat=True)[:_LATEST_ROWS]
    return [zone for zone, _count in Counter(map(str, latest)).most_common(_USED_ZONES)]


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


class PortalInline(_PickedRows, admin.StackedInline):
    """Rows on their parent's page, for few rows only. Stacked: its labels stay with their fields at 320 px."""

    extra = 0
    max_num = MOST_ROWS
    formfield_overrides = _PICKERS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Draw no more rows than may be kept, whatever number was sent: Django would draw a thousand beyond."""
        return super().get_formset(request, obj, **{"absolute_max": MOST_ROWS, **kwargs})

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
