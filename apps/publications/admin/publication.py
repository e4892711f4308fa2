"""The publication's screen: its form, its authors, its files, and the steps that ask first."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import display
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core.adminbase import PortalAdmin
from apps.core.adminsteps import reader
from apps.core.templatetags.portal import badges
from apps.notifications.abouts import mails_about
from apps.publications import actions
from apps.publications.admin.authors import AuthorInline
from apps.publications.admin.forms import PublicationAdminForm, publication_fields
from apps.publications.admin.steps import PUBLICATION_STEPS, TellStep
from apps.publications.models import Publication

# How many steps and files a publication's screen shows; the page of the publication has all files.
SHOWN = 30


@admin.register(Publication)
class PublicationAdmin(PortalAdmin):
    form = PublicationAdminForm
    steps = PUBLICATION_STEPS
    inlines = (AuthorInline,)
    change_form_template = "admin/publications/publication/change_form.html"
    list_display = ("title", "byline", "kind", "group", "standing", "visibility", "published_on")
    list_select_related = ("group",)
    list_filter = ("state", "kind", "visibility", "group")
    search_fields = ("title", "subtitle", "byline", "doi")
    ordering = ("-updated_at", "-pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("group", "topics", "events")

    @display(description=_("state"), ordering="state")
    def standing(self, publication: Publication) -> SafeString:
        return format_html("{} {}", publication.get_state_display(), badges(is_sample=publication.is_sample))

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

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        actions.save_publication(actor=reader(request), publication=obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        publication = form.instance
        actions.settle_byline(publication)
        if TellStep.fits(publication) and {"visibility", "group", "topics"}.intersection(form.changed_data):
            messages.info(request, _("For some it may be news now: “Tell further members” says for how many."))

    def delete_model(self, request: HttpRequest, obj: Publication) -> None:
        actions.delete_publication(actor=reader(request), publication=obj)

    def row_context(self, request: HttpRequest, row: Publication) -> dict[str, Any]:
        versions = (
            row.versions.newest_first().with_downloads(timezone.localdate()).defer("text").select_related("made_by")
        )
        return {
            "versions": versions[:SHOWN],
            "mails": mails_about(row),
            "way": row.steps.select_related("by").order_by("-at", "-pk")[:SHOWN],
        }

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("group")
