"""A filled-in matrix on its way in."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class SheetForm(forms.Form):
    """The file alone; ``core.sheetfiles`` looks at what it is."""

    file = forms.FileField(
        label=_("Filled-in matrix"),
        help_text=_("XLSX or CSV (UTF-8), at most 5 MB and 2,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )
