"""What the search can be narrowed by, from the query string: only by what the reader may know of."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.filters import choice_rows, choices_in, united
from apps.core.prepared import Prepared
from apps.core.search import Narrowing
from apps.core.searchwords import LONGEST
from apps.core.selects import LongSelect
from apps.members.models import Group, Member, Phase, Topic

_ANY = [("", _("Any"))]


class SearchForm(forms.Form):
    """Words, and a topic (a key area with its finer topics), a group and a year to narrow by."""

    q = forms.CharField(label=_("Words"), required=False, max_length=LONGEST, widget=forms.SearchInput)
    topic = forms.ChoiceField(label=_("Topic"), required=False, widget=LongSelect)
    group = forms.ChoiceField(label=_("Group"), required=False, widget=LongSelect)
    year = forms.ChoiceField(label=_("Year"), required=False, widget=LongSelect)

    def __init__(self, data: Any, *, choices: dict[str, list[tuple[str, str]]]) -> None:
        super().__init__(data)
        for name, offered in choices.items():
            field: Any = self.fields[name]
            field.choices = [*_ANY, *offered]


class SearchFilter:
    """The form as the templates of lists want it. One query, for the choices."""

    def __init__(self, data: Any, *, reader: Member | None, now: datetime) -> None:
        self.form = SearchForm(data, choices=_choices(reader, now))
        self.form.is_valid()

    @property
    def errors(self) -> Any:
        return self.form.errors

    @property
    def words(self) -> str:
        """What was typed; nothing where that is not to be looked for."""
        words: str = self.form.cleaned_data.get("q", "")
        return words

    @property
    def narrowing(self) -> Narrowing:
        chosen = self.form.cleaned_data
        year = chosen.get("year")
        return Narrowing(chosen.get("topic", ""), chosen.get("group", ""), int(year) if year else None)

    @property
    def is_narrowed(self) -> bool:
        return any(self.form.cleaned_data.get(name) for name in ("topic", "group", "year"))


def _choices(reader: Member | None, now: datetime) -> dict[str, list[tuple[str, str]]]:
    """Years are those of the group, whatever there is of each: what is offered tells nothing."""
    found = choices_in(_CHOICES.rows(reader))
    first = min((int(day[:4]) for day, _label in found["since"]), default=now.year)
    years = [(str(year), str(year)) for year in range(now.year + 1, first - 1, -1)]
    return {"topic": found["topic"], "group": found["group"], "year": years}


def _written(reader: Member | None) -> QuerySet[Any]:
    return united(
        choice_rows("topic", Topic.objects.all(), "slug", "title", place="position"),
        choice_rows("group", Group.objects.visible_to(reader), "slug", "name"),
        choice_rows("since", Phase.objects.all(), "starts_on", "starts_on"),
    )


_CHOICES = Prepared(_written)
