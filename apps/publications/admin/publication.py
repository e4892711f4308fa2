"""The publication's screen: its form, its authors, its files, and the acts that ask first."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.core.adminbase import PortalAdmin, PortalInline
from apps.core.adminsteps import reader
from apps.core.uploads import check_pdf
from apps.publications import actions
from apps.publications.admin.forms import PublicationAdminForm, publication_fields
from apps.publications.admin.steps import PublishStep, TakeBackStep
from apps.publications.models import Author, Publication


class AuthorInline(PortalInline):
    model = Author
    fields = (("position", "orcid"), "name", "organisation", "member")
    autocomplete_fields = ("member",)
    ordering = ("position", "pk")


@admin.register(Publication)
class PublicationAdmin(PortalAdmin):
    form = PublicationAdminForm
    steps = (PublishStep, TakeBackStep)
    inlines = (AuthorInline,)
    change_form_template = "admin/publications/publication/change_form.html"
    list_display = ("title", "byline", "kind", "group", "state", "visibility", "published_on")
    list_select_related = ("group",)
    list_filter = ("state", "kind", "visibility", "group")
    search_fields = ("title", "subtitle", "byline")
    ordering = ("-published_on", "-pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("group", "topics", "events")

    def get_fieldsets(self, request: HttpRequest, obj: Publication | None = None) -> Any:
        return publication_fields()

    def get_prepopulated_fields(self, request: HttpRequest, obj: Publication | None = None) -> dict[str, Any]:
        """An address that was given out stays."""
        return {} if obj else super().get_prepopulated_fields(request, obj)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Publication | None:
        """Hold the row while a form is saved, so that nobody comes between comparing its version and saving it."""
        publication = super().get_object(request, object_id, from_field)
        if publication is not None and request.method == "POST":
            publication.lock()
            publication.refresh_from_db()
        return publication

    def view_on_site(self, obj: Publication) -> str:
        return obj.get_absolute_url()

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look at the file before the transaction begins: reading a large one would hold up every other writer."""
        if upload := request.FILES.get("upload"):
            with suppress(ValidationError):  # The form says it, from the verdict that stays with the file.
                check_pdf(upload)
        return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        actions.save_publication(actor=reader(request), publication=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        actions.settle_byline(form.instance)
        if upload := form.cleaned_data.get("upload"):
            actions.add_version(
                actor=reader(request),
                publication=form.instance,
                upload=upload,
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )

    def delete_model(self, request: HttpRequest, obj: Publication) -> None:
        actions.delete_draft(actor=reader(request), publication=obj)

    def row_context(self, request: HttpRequest, row: Publication) -> dict[str, Any]:
        return {"versions": row.versions.newest_first().select_related("made_by")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("group")
