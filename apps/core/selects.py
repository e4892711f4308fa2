"""A select with hundreds of options: Django renders a template for each, which takes a third of a second per field."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A plain select, written in one go. For flat lists of choices such as time zones and countries.

    What is called as it is sent says so once: hundreds of zones weigh half.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        attributes = flatatt({**self.build_attrs(self.attrs, attrs), "name": name})
        options = tuple((str(key), str(label)) for key, label in self.choices)
        return format_html("<select{}>{}</select>", attributes, _options(options, frozenset(self.format_value(value))))


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    options = (({"value": key} if key != label else {}) | {"selected": key in chosen} for key, label in choices)
    labels = (label for _key, label in choices)
    return format_html_join("", "<option{}>{}</option>", zip(map(flatatt, options), labels, strict=True))
