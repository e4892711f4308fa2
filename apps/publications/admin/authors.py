"""The authors of a publication, on its own screen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.adminbase import PortalInline
from apps.core.selects import RowSelect
from apps.publications.models import Author


class KnownSelect(RowSelect):
    """Does not ask the database for the name of somebody who is at hand: else, twelve authors are twelve queries."""

    known: dict[str, str] = {}

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = [str(each) for each in value if each]
        if not chosen or any(each not in self.known for each in chosen):
            return super().optgroups(name, value, attrs)
        options = [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, each, self.known[each], True, 1, attrs=attrs) for each in chosen]
        return [(None, options, 0)]


class AuthorForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = ("position", "orcid", "name", "organisation", "member")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        widget = getattr(self.fields["member"].widget, "widget", None)
        if isinstance(widget, KnownSelect) and self.instance.member:
            widget.known = {str(self.instance.member_id): str(self.instance.member)}


class AuthorInline(PortalInline):
    """In the order of the title page; each a member or somebody from outside."""

    model = Author
    form = AuthorForm
    fields = (("position", "orcid"), "name", "organisation", "member")
    autocomplete_fields = ("member",)
    ordering = ("position", "pk")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "member":
            kwargs["widget"] = KnownSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("member")
