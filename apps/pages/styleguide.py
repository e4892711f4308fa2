"""The living styleguide: every part of ``portal.css`` in every state, drawn by the templates the pages use.

What a page needs and this one lacks is drawn here first; a test holds the two together. The samples are made up in
memory: nothing here reads or writes a row beyond the reader's own.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.events.models import Event, Participation
from apps.events.months import Month, days_of
from apps.events.standing import Standing
from apps.members.models import Group, Member
from apps.members.permissions import Visibility
from apps.members.requests import MemberRequest

COLOURS = [
    ("paper", "the page"),
    ("sunk", "summary, plain notice"),
    ("raise", "fields, the box"),
    ("ink", "text, masthead rule, Chatham House Rule"),
    ("soft", "second text, labels"),
    ("rule", "hairlines"),
    ("edge", "edges of controls"),
    ("accent", "links, the one action, the current place"),
    ("deep", "accent under the pointer"),
    ("on", "text on accent"),
    ("wash", "done, current comment, inserted words"),
    ("band", "the event on a ruler"),
    ("night", "22:00 to 06:00"),
    ("mark", "found words, waiting list, take care"),
    ("alert", "errors, cancelled, deadlines, day shift"),
    ("alert-wash", "behind errors"),
]

# Samples stand in a fixed summer: a picture of this page differs only when the look does.
START = datetime(2027, 6, 10, 13, 0, tzinfo=UTC)
BONN = ZoneInfo("Europe/Berlin")
APIA = ZoneInfo("Pacific/Apia")
BEIJING = ZoneInfo("Asia/Shanghai")

PROSE = """
A measure of at most seventy characters, old-style figures such as 2019 and 6.4, [a link](https://example.org/) that
keeps its underline, *emphasis*, **weight**, ~~what was taken back~~ and `code`.

## Heading of a part

1. Numbered items keep their figures outside the text edge.
2. Treibhausgasemissionshandelsverordnungsänderungsgesetz fits, however long.

### Heading below it

- An item
- Another, with one below
  - the one below

#### Heading of a paragraph

> A quotation hangs from one vertical rule.

| Letter | Signed | Received | Published |
|---|---|---|---|
| A | 3 March | 9 March | 9 March |
| B | 17 March | 2 April | 20 April |

---

    Set as typed, and wrapped where it is too long for the page: 0123456789 0123456789 0123456789 0123456789
"""


class SampleForm(forms.Form):
    """Every kind of control; unbound it shows them at rest, with the data of ``WRONG`` it shows its errors."""

    text = forms.CharField(label="Text", help_text="A hint stands above the field.")
    optional = forms.CharField(label="Text that may be left out", required=False)
    fixed = forms.CharField(label="Disabled", initial="Set by the coordinator", disabled=True)
    code = forms.CharField(label="Code", widget=forms.TextInput(attrs={"class": "narrow code"}))
    secret = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "off"}))
    hour = forms.TimeField(label="Hour", widget=forms.TimeInput(attrs={"type": "time", "class": "hour"}))
    starts = forms.SplitDateTimeField(
        label="Date and time",
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"}),
    )
    choice = forms.ChoiceField(label="Choice", choices=[("party", "Party / government"), ("ngo", "NGO")])
    several = forms.MultipleChoiceField(
        label="Several of a list", choices=[("1", "Baselines"), ("2", "Registries")], widget=forms.SelectMultiple
    )
    one = forms.ChoiceField(
        label="One of few", choices=[("name", "By name"), ("house", "By organisation")], widget=forms.RadioSelect
    )
    some = forms.MultipleChoiceField(
        label="Some of few", choices=[("a", "Negotiations"), ("b", "Practice")], widget=forms.CheckboxSelectMultiple
    )
    agreed = forms.BooleanField(label="One box to tick")
    file = forms.FileField(label="File", help_text="PDF, at most 25 MB.")
    longer = forms.CharField(label="Longer text", widget=forms.Textarea)

    def clean(self) -> None:
        if self.is_bound:
            raise forms.ValidationError("What concerns the whole form stands first.")


WRONG = {"text": "", "starts_0": "", "starts_1": "", "choice": "party", "longer": "Enough."}


@require_safe
def styleguide(request: MemberRequest) -> HttpResponse:
    """The guide, for staff; others find nothing here."""
    if not request.user.has_perm("pages.view_styleguide"):
        raise Http404
    return render(request, "pages/styleguide.html", _context(request.user))


def _context(reader: Member) -> dict[str, object]:
    return {
        "colours": COLOURS,
        "prose": PROSE,
        "form": SampleForm(auto_id="rest-%s"),
        "wrong_form": SampleForm(WRONG, auto_id="wrong-%s"),
        "bonn": sample_event(),
        "beijing": sample_event(starts_at=datetime(2027, 6, 11, 1, 0, tzinfo=UTC), place="Beijing", zone=BEIJING),
        "days_long": sample_event(ends_at=START + timedelta(days=2)),
        "apia": APIA,
        "lima": ZoneInfo("America/Lima"),
        **sample_month(sample_rows(reader)),
        "rows": sample_rows(reader),
        "needs": [sample_standing(reader, 9, "Answer from the list", "")],
        "unanswered": sample_standing(reader, 10, "Answer, none given", ""),
        "of_three": sample_standing(reader, 12, "Answer, of three", "", format=Event.Format.ONLINE),
        "answered": sample_standing(reader, 11, "Answer, given", "yes"),
        "page_obj": Paginator(range(214), 25).page(2),
        "facts": [("Where", "Bonn and online"), ("Chair", "Ingrid Solbakken"), ("Left out", "")],
    }


def sample_event(
    *, starts_at: datetime = START, ends_at: datetime | None = None, place: str = "Bonn", zone: ZoneInfo = BONN
) -> SimpleNamespace:
    """What the tag ``when`` wants of an event."""
    ends_at = ends_at or starts_at + timedelta(minutes=90)
    return SimpleNamespace(starts_at=starts_at, ends_at=ends_at, time_zone=zone, place=place)


def sample_standing(reader: Member, number: int, title: str, answer: str, **fields: Any) -> Standing:
    """An event that is in no table, as ``reader`` was invited to it."""
    group = Group(pk=0, name="Negotiations", visibility=Visibility.MEMBERS)
    event = Event(
        pk=-number,
        title=title,
        slug=f"sample-{number}",
        group=group,
        starts_at=START + timedelta(days=number),
        ends_at=START + timedelta(days=number, minutes=90),
        time_zone=BONN,
        place="Bonn",
        state=fields.pop("state", Event.State.SCHEDULED),
        **fields,
    )
    part = Participation(event=event, member=reader, answer=answer, mode="online" if answer == "yes" else "")
    return Standing(event, reader, part, START)


def sample_rows(reader: Member) -> list[Standing]:
    """Events of a list in each state it can show."""
    waiting = sample_standing(reader, 4, "A seat may come free", "yes", visibility=Visibility.MEMBERS)
    waiting.part.waiting_place = 3  # type: ignore[union-attr]  # as the annotation of the list does
    return [
        sample_standing(reader, 1, "Authorisation in practice", "yes", is_chatham_house=True),
        sample_standing(reader, 2, "Baselines for policy crediting", "", state="cancelled", cancel_reason="Illness."),
        sample_standing(reader, 3, "Not answered yet", "", visibility=Visibility.PUBLIC, is_sample=True),
        waiting,
        sample_standing(reader, 5, "Perhaps", "maybe", visibility=Visibility.COORDINATORS, state="draft"),
    ]


def sample_month(rows: list[Standing]) -> dict[str, object]:
    """What the month of a reader in Apia wants."""
    month = Month.of(START, APIA)
    return {"month": month, "this_month": month.next, "weeks": days_of(month, rows, START)}
