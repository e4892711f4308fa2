"""A list of people from a file: read and shown first, then prepared as invitations. Nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.core.adminsteps import Step, Tool
from apps.core.confirmed import VALID_FOR
from apps.core.refused import Refused
from apps.core.uploads import refusal
from apps.members.actions import import_rows, known_to_import
from apps.members.importing import Reading, Remark, read
from apps.members.models import Group

# What travels through the page that asks; the command takes more.
MAX_BYTES = 512 * 1024


class PeopleFileForm(forms.Form):
    """Which file, and the group its people are invited to."""

    file = forms.FileField(
        label=gettext_lazy("File with people"),
        help_text=gettext_lazy(
            "CSV, with commas or semicolons, at most 500 KB. Its first line names the columns: email, and as you like "
            "name, organisation, stakeholder_group, country, position, role, language, time_zone, topics."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )
    group = forms.ModelChoiceField(label=gettext_lazy("Invited to"), queryset=Group.objects.order_by("name"))

    def clean_file(self) -> UploadedFile:
        upload: UploadedFile = self.cleaned_data["file"]
        if getattr(upload, "is_unkept", False):
            raise refusal("room")
        if (upload.size or 0) > MAX_BYTES:
            raise ValidationError(_("This file is larger than 500 KB. Split it, and import the parts one by one."))
        return upload


@dataclass(slots=True)
class Finding:
    """What a file comes to: whom it would invite, and what is said of its other rows."""

    people: list[str] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    duplicates: list[Remark] = field(default_factory=list)
    hints: list[Remark] = field(default_factory=list)


class ImportStep(Step):
    """Two pages: the file and the group, then who is in it. What is confirmed is read from what was shown."""

    slug = "import"
    perm = "members.add_invitation"
    label = gettext_lazy("Import members from a file")
    template_name = "admin/members/invitation/import.html"
    explanation = gettext_lazy("You see every person before anything is saved. Nothing is sent before you say so.")

    @classmethod
    def route(cls) -> str:
        return f"{cls.slug}/"

    @classmethod
    def tool(cls, model_admin: admin.ModelAdmin, request: HttpRequest, row: Any) -> Tool | None:
        """Concerns no row: the list and the desk lead here."""
        return None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_perm(self.perm):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._ask(PeopleFileForm(initial={"group": request.GET.get("group", "")}))

    def post(self, request: HttpRequest) -> HttpResponse:
        if "_confirm" in request.POST and "chosen" in request.POST:
            return self._confirmed(request.POST["chosen"])
        form = PeopleFileForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._ask(form)
        content, group = form.cleaned_data["file"].read(), form.cleaned_data["group"]
        try:
            found = self._found(content, group)
        except Refused as refused:
            form.add_error("file", str(refused))
            return self._ask(form)
        return self._show(found, content, group)

    def _found(self, content: bytes, group: Group) -> Finding:
        reading = read(content, known_to_import())
        imported = self._import(reading, group, is_trial=True)
        return Finding(
            [_line(invitation) for _row, invitation in imported.wanted],
            _in_order(reading.faults + imported.faults),
            _in_order(reading.duplicates + imported.duplicates),
            _in_order(reading.hints),
        )

    def _import(self, reading: Reading, group: Group, *, is_trial: bool) -> Any:
        return import_rows(
            actor=self.actor, group=group, rows=reading.rows, now=timezone.now(), sends=False, is_trial=is_trial
        )

    def _ask(self, form: PeopleFileForm) -> HttpResponse:
        return self.page(str(self.label), self.list_url(), form=form, button=_("Look at the file"))

    def _show(self, found: Finding, content: bytes, group: Group) -> HttpResponse:
        count = len(found.people)
        title = ngettext(
            "Prepare %(count)d invitation to “%(group)s”?", "Prepare %(count)d invitations to “%(group)s”?", count
        )
        button = ngettext("Prepare %(count)d invitation", "Prepare %(count)d invitations", count)
        return self.page(
            title % {"count": count, "group": group} if count else _("Nobody to invite"),
            reverse(f"admin:{self.url_name(self.opts)}"),
            found=found,
            affected=found.people,
            button=button % {"count": count} if count else "",
            chosen=self._sealed(content, group) if count else "",
        )

    def _sealed(self, content: bytes, group: Group) -> str:
        """The file itself, for the page that asks: each byte a letter, as JSON knows no bytes."""
        shown = {"file": content.decode("latin-1"), "group": group.pk}
        return signing.dumps(shown, salt=self._salt, compress=True)

    @property
    def _salt(self) -> str:
        return f"import.{self.actor.pk}"

    def _confirmed(self, chosen: str) -> HttpResponse:
        try:
            shown = signing.loads(chosen, salt=self._salt, max_age=VALID_FOR)
            group = Group.objects.get(pk=shown["group"])
        except (signing.BadSignature, Group.DoesNotExist):
            messages.error(self.request, _("This page was open for too long. Please choose again."))
            return HttpResponseRedirect(reverse(f"admin:{self.url_name(self.opts)}"))
        imported = self._import(read(shown["file"].encode("latin-1"), known_to_import()), group, is_trial=False)
        count = len(imported.invitations)
        said = ngettext(
            "%(count)d invitation is prepared. Nothing is sent yet: choose below, and send.",
            "%(count)d invitations are prepared. Nothing is sent yet: choose below, and send.",
            count,
        )
        messages.success(self.request, said % {"count": count} if count else _("This was done already."))
        query = urlencode({"state__exact": "prepared", "group__id__exact": str(group.pk)})
        return HttpResponseRedirect(f"{self.list_url()}?{query}")


def _line(invitation: Any) -> str:
    known = (invitation.name, invitation.organisation, invitation.address, invitation.get_role_display())
    return " · ".join(str(part) for part in known if part)


def _in_order(remarks: list[Remark]) -> list[Remark]:
    return sorted(remarks, key=lambda remark: remark.line)
