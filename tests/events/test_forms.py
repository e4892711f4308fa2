"""The forms of events: wall-clock times, stale forms, hostile text, the answer of a button."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.events.forms import AnswerForm, CancelForm, EventForm
from apps.events.forms.answer import answer_buttons
from apps.events.models import Event
from tests.make import make_event, make_participation


@pytest.fixture
def event(group):
    return make_event(group=group, agenda="One.", online_link="https://meet.example.org/1")


def data_of(event, **changes):
    """What the browser sends back when nothing, or only ``changes``, was touched."""
    form = EventForm(instance=Event.objects.get(pk=event.pk))
    data = {name: form[name].value() for name in form.fields}
    data["starts_at"] = data["starts_at"].strftime("%Y-%m-%dT%H:%M")
    data["ends_at"] = data["ends_at"].strftime("%Y-%m-%dT%H:%M")
    return {**data, **changes}


def bound(event, **changes):
    return EventForm(data_of(event, **changes), instance=Event.objects.get(pk=event.pk))


def test_event_form_untouched_changes_nothing(event):
    Event.objects.filter(pk=event.pk).update(starts_at=event.starts_at + timedelta(seconds=33))
    event.refresh_from_db()

    form = bound(event)

    assert form.is_valid(), form.errors
    assert form.changed_data == []
    assert form.instance.starts_at == event.starts_at
    assert form.instance.snapshot == event.snapshot


def test_event_form_reads_times_in_the_zone_of_the_form(event):
    form = bound(event, starts_at="2027-06-10T09:00", ends_at="2027-06-10 12:30", time_zone="America/Panama")

    assert form.is_valid(), form.errors
    assert form.instance.starts_at == datetime(2027, 6, 10, 14, 0, tzinfo=UTC)
    assert form.instance.ends_at == datetime(2027, 6, 10, 17, 30, tzinfo=UTC)
    assert form.time_remarks == []


def test_event_form_new_zone_alone_keeps_the_clock_and_moves_the_instant(event):
    form = bound(event, time_zone="Pacific/Apia")

    assert form.is_valid(), form.errors
    on_the_clock = form.instance.starts_at.astimezone(ZoneInfo("Pacific/Apia")).replace(tzinfo=None)
    assert on_the_clock == event.starts_at.astimezone(event.time_zone).replace(tzinfo=None)


def test_event_form_end_before_start_is_said_at_the_end(event):
    form = bound(event, starts_at="2027-06-10T15:00", ends_at="2027-06-10T14:59")

    assert not form.is_valid()
    assert form.errors == {"ends_at": ["The end must lie after the start."]}


def test_event_form_refuses_what_lasts_longer_than_the_lists_reckon_with(event):
    longest = bound(event, starts_at="2027-06-10T15:00", ends_at="2027-09-10T15:00", time_zone="UTC")
    longer = bound(event, starts_at="2027-06-10T15:00", ends_at="2027-09-10T15:01", time_zone="UTC")

    assert longest.is_valid(), longest.errors
    assert longer.errors == {"ends_at": ["One event lasts 92 days at most."]}


def test_event_form_wrong_start_is_the_only_fault_said(event):
    form = bound(event, starts_at="2027-02-30T15:00", ends_at="2020-01-01T10:00")

    assert not form.is_valid()
    assert form.errors == {"starts_at": ["Enter a date and a time such as 2027-06-10 15:00."]}


@pytest.mark.parametrize("text", ["0001-01-01T00:00", "1999-12-31T23:59", "2100-01-01T00:00", "9999-12-31T23:59"])
def test_event_form_far_years_are_refused(event, text):
    form = bound(event, starts_at=text)

    assert form.errors == {"starts_at": ["Enter a date between 2000 and 2099."]}


@pytest.mark.parametrize(
    "text", ["", "soon", "2027-06-10", "2027-06-10T15:00Z", "2027-06-10T25:00", "1e309", "\u0660" * 9]
)
def test_event_form_no_wall_clock_time_is_refused(event, text):
    form = bound(event, starts_at=text)

    assert not form.is_valid()
    assert list(form.errors) == ["starts_at"]


def test_event_form_time_in_a_gap_says_what_was_taken(event):
    form = bound(event, starts_at="2027-03-28T02:30", ends_at="2027-03-28T05:00")

    assert form.is_valid(), form.errors
    assert form.instance.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    [remark] = form.time_remarks
    assert "02:30 does not exist in Berlin" in remark
    assert "03:30 CEST (UTC+2)" in remark


def test_event_form_time_that_exists_twice_says_what_was_taken(event):
    form = bound(event, starts_at="2027-10-31T02:30", ends_at="2027-10-31T05:00")

    assert form.is_valid(), form.errors
    assert form.instance.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    [remark] = form.time_remarks
    assert "exists twice in Berlin" in remark


def test_event_form_later_of_two_times_stays_when_not_touched(event):
    later = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    Event.objects.filter(pk=event.pk).update(starts_at=later, ends_at=later + timedelta(hours=1))
    event.refresh_from_db()

    form = bound(event, title="Another title")

    assert form.is_valid(), form.errors
    assert form.instance.starts_at == later
    assert form.time_remarks == []


def test_event_form_unknown_zone_is_said_in_a_sentence(event):
    form = bound(event, time_zone="Mars/Olympus")

    assert form.errors == {"time_zone": ["This time zone is not known. Choose one from the list."]}
    assert form.instance.starts_at == event.starts_at


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/x", "https://", "//x", "java\nscript:alert(1)"],
)
def test_event_form_refuses_links_that_are_no_web_address(event, link):
    form = bound(event, online_link=link)

    assert form.errors == {"online_link": ["Enter a full address that begins with https://."]}


@pytest.mark.parametrize("title", ["Two\nlines", "A\r\nBcc: x@example.org", "x\x00y", "turn\u202eed"])
def test_event_form_refuses_hostile_titles(event, title):
    form = bound(event, title=title)

    assert list(form.errors) == ["title"]


@pytest.mark.parametrize("title", ["مرحبا بالعالم", "🌍 Carbon", "Nguyễn Thị Minh Châu", "O'Brien & <b>sons</b>"])
def test_event_form_takes_every_script(event, title):
    form = bound(event, title=title)

    assert form.is_valid(), form.errors
    assert form.instance.title == title


def test_event_form_refuses_a_megabyte_and_keeps_it(event):
    form = bound(event, agenda="x" * 1_000_000, title="y" * 201)

    assert sorted(form.errors) == ["agenda", "title"]
    assert len(form["agenda"].value()) == 1_000_000


def test_event_form_conflict_keeps_own_text_and_can_be_saved_again(event):
    stale = data_of(event, title="My title")
    other = Event.objects.get(pk=event.pk)
    other.title = "Their title"
    other.save()

    form = EventForm(stale, instance=Event.objects.get(pk=event.pk))

    assert not form.is_valid()
    assert form.has_conflict
    assert "What differs: Title." in form.non_field_errors()[0]
    assert form["title"].value() == "My title"
    again = EventForm({**stale, "version": form["version"].value()}, instance=Event.objects.get(pk=event.pk))
    assert again.is_valid(), again.errors


@pytest.mark.parametrize("zone", ["A" * 100_000, "A" * 300, "Europe", "../Europe/Berlin", "/etc/passwd", "Mars/Phobos"])
def test_event_form_conflict_with_an_unknown_zone_names_both(event, zone):
    stale = data_of(event, time_zone=zone)
    other = Event.objects.get(pk=event.pk)
    other.title = "Their title"
    other.save()

    form = EventForm(stale, instance=Event.objects.get(pk=event.pk))

    assert form.errors["time_zone"] == ["This time zone is not known. Choose one from the list."]
    assert "What differs: Title, Time zone of the event." in form.non_field_errors()[0]


def test_event_form_an_answer_meanwhile_is_no_conflict(event, member, now):
    make_participation(event=event, member=member)
    data = data_of(event)
    Event.objects.filter(pk=event.pk).update(seats_taken=1)

    form = EventForm(data, instance=Event.objects.get(pk=event.pk))

    assert form.is_valid(), form.errors


def test_event_form_takes_no_field_that_is_not_its_own(event, other_group):
    form = bound(event, group=other_group.pk, visibility="public", state="cancelled", capacity=1, created_by=1)

    assert form.is_valid(), form.errors
    saved = form.save(commit=False)
    assert (saved.group_id, saved.visibility, saved.state, saved.capacity) == (
        event.group_id,
        event.visibility,
        event.state,
        None,
    )


@pytest.mark.parametrize(
    ("pressed", "answer", "mode"),
    [("yes-in-person", "yes", "in_person"), ("yes-online", "yes", "online"), ("maybe", "maybe", ""), ("no", "no", "")],
)
def test_answer_form_reads_the_pressed_button(pressed, answer, mode):
    form = AnswerForm({"answer": pressed})

    assert form.is_valid()
    assert form.cleaned_data == {"answer": answer, "mode": mode}


@pytest.mark.parametrize("pressed", ["", "yes", "perhaps", "yes-on-the-moon"])
def test_answer_form_refuses_anything_else(pressed):
    assert AnswerForm({"answer": pressed}).errors == {"answer": ["Choose one of the answers."]}


@pytest.mark.parametrize(
    ("offered", "values"),
    [
        ("in_person", ["yes-in-person", "maybe", "no"]),
        ("online", ["yes-online", "maybe", "no"]),
        ("both", ["yes-in-person", "yes-online", "maybe", "no"]),
    ],
)
def test_answer_buttons_are_those_the_event_offers(group, member, offered, values):
    event = make_event(group=group, format=offered)
    part = make_participation(event=event, member=member, answer="maybe")

    buttons = answer_buttons(event, part)

    assert [button.value for button in buttons] == values
    assert [button.value for button in buttons if button.is_pressed] == ["maybe"]


@pytest.mark.parametrize("reason", ["x" * 301, "a\nb", "a\x00b"])
def test_cancel_form_refuses_what_is_no_sentence(reason):
    assert list(CancelForm({"reason": reason}).errors) == ["reason"]
