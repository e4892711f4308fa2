"""One comment, as it is being written or changed."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.lines import validate_lines
from apps.publications.actions.commenting import Opened
from apps.publications.models import Circulation, DraftComment
from apps.publications.models.comment import ANCHOR_FIELDS
from apps.publications.quotes import tidy_quote

# What the database can count to.
MAX_TURN = 2_000_000_000


class CommentForm(forms.ModelForm):
    """A draft, that may be incomplete: ``text`` is what ``actions.save_draft`` takes.

    ``draft`` (a code) and ``seen`` say which draft was opened, and how it stood then; ``opening`` and ``turn`` which
    opening of the form this is, and how often it was sent. ``portal.js`` has browsers that put back what was typed
    leave these two as they are.
    """

    draft = forms.CharField(widget=forms.HiddenInput, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    opening = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)
    turn = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0, min_value=0, max_value=MAX_TURN)

    class Meta:
        model = DraftComment
        fields = ANCHOR_FIELDS
        labels = {
            "page": _("Page"),
            "section": _("Clause or section"),
            "paragraph": _("Paragraph, figure or table"),
            "line": _("Line"),
            "kind": _("Type"),
            "quote": _("Selected text"),
            "comment": _("Comment"),
            "proposed_change": _("Proposed change"),
        }
        widgets = {
            "page": forms.NumberInput(attrs={"min": 1, "inputmode": "numeric"}),
            "quote": forms.Textarea(attrs={"rows": 2}),
            "comment": forms.Textarea(attrs={"rows": 5}),
            "proposed_change": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, circulation: Circulation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.last_page = circulation.version.pages
        self.fields["comment"].required = False
        for name in ("comment", "proposed_change"):
            self.fields[name].validators.append(validate_lines)
        if self.last_page is None:
            del self.fields["page"]

    @property
    def is_blank(self) -> bool:
        """Whether it was not filled in, but perhaps for the page."""
        return not self.is_bound and not any(value for name, value in self.initial.items() if name != "page")

    @property
    def opened(self) -> Opened:
        """Which draft the form holds, as ``actions.save_draft`` takes it."""
        said = self.cleaned_data
        return Opened(said["draft"], said["seen"], said["opening"], said["turn"] or 0)

    @property
    def text(self) -> dict[str, Any]:
        """What was written, by field. Browsers end lines with CR LF."""
        written = {name: self.cleaned_data[name] for name in ANCHOR_FIELDS if name in self.cleaned_data}
        lines = {name: written[name].replace("\r\n", "\n") for name in ("comment", "proposed_change")}
        return written | lines

    def clean_page(self) -> int | None:
        page: int | None = self.cleaned_data["page"]
        if page and self.last_page and page > self.last_page:
            raise ValidationError(_("This version has %(count)d pages."), params={"count": self.last_page})
        return page

    def clean_quote(self) -> str:
        return tidy_quote(self.cleaned_data["quote"])


class OwnCommentForm(CommentForm):
    """A comment that was sent. It stays a whole one. Its id travels in the form, never in an address."""

    own = forms.UUIDField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True
