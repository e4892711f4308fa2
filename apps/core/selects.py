"""Selects that are quicker, or take more, than Django's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from apps.core.confirmed import id_numbers
from apps.core.timezones import zone_places


class LongSelect(forms.Select):
    """A plain select, written in one go. For flat lists of choices such as countries: Django renders a
    template for each option, which takes a third of a second per field.

    What is called as it is sent says so once.
    """

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        attributes = flatatt({**self.build_attrs(self.attrs, attrs), "name": name})
        options = tuple((str(key), str(label)) for key, label in self.choices)
        return format_html("<select{}>{}</select>", attributes, _options(options, frozenset(self.format_value(value))))


class ZoneSelect(forms.Select):
    """The time zones by region, instead of one list of six hundred names; what a program reads is the same field.

    ``first`` stands above them, ``used`` returns the keys of zones to offer once more before all: those of other rows.
    """

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        *,
        first: Sequence[tuple[str, str | Promise]] = (),
        used: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        super().__init__(attrs)
        self.first, self.used = first, used

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        attributes = flatatt({**self.build_attrs(self.attrs, attrs), "name": name})
        present = str(value or "")
        groups = self._groups(present)
        # A zone may stand in two groups; a browser takes the last that is marked, people see the first.
        chosen_in = next((label for label, zones in groups if any(key == present for key, _label in zones)), None)
        return format_html(
            "<select{}>{}{}</select>",
            attributes,
            _options(tuple((key, str(label)) for key, label in self.first), frozenset({present})),
            format_html_join(
                "",
                '<optgroup label="{}">{}</optgroup>',
                (
                    (label, _options(tuple(zones), frozenset({present}) if label == chosen_in else frozenset()))
                    for label, zones in groups
                ),
            ),
        )

    def _groups(self, present: str) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the regions, before them the zones used, and the present one where it is none of them."""
        regions = zone_places()
        labels = {key: label for _region, zones in regions for key, label in zones}
        used = [(key, labels[key]) for key in map(str, self.used()) if key in labels]
        groups = [(_("Used here"), used), *regions] if used else list(regions)
        offered = {*labels, *(key for key, _label in self.first)}
        is_old_name = present not in offered and any(str(key) == present for key, _label in self.choices)
        return [(_("Your present choice"), [(present, present)]), *groups] if is_old_name else groups


class UnsetSelect(forms.NullBooleanSelect):
    """Yes, no, or what it means that neither was chosen, in ``unset``: Django calls that "Unknown"."""

    def __init__(self, unset: str | Promise, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        (key, _unknown), *rest = self.choices
        self.choices = [(key, unset), *rest]


class _OfNumbers:
    """Shows a form again that brought no id of a row, where Django asks the database for it and fails."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = [str(number) for number in id_numbers(map(str, value))]
        return super().optgroups(name, chosen, attrs)  # type: ignore[misc]  # of the widget it stands before


class RowSelect(_OfNumbers, AutocompleteSelect):
    """One row, found by typing."""


class RowSelectMultiple(_OfNumbers, AutocompleteSelectMultiple):
    """Several rows, found by typing."""


@lru_cache(maxsize=128)
def _options(choices: tuple[tuple[str, str], ...], chosen: frozenset[str]) -> SafeString:
    options = (({"value": key} if key != label else {}) | {"selected": key in chosen} for key, label in choices)
    labels = (label for _key, label in choices)
    return format_html_join("", "<option{}>{}</option>", zip(map(flatatt, options), labels, strict=True))
