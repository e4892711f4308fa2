"""The event's form in the admin: times on the event's clock, rules that become reminders, no faults."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.core.models import AuditEntry
from apps.events.actions import add_default_rules
from apps.events.models import Event, ReminderRule
from apps.events.planning import plan_reminders
from apps.notifications.models import OutgoingMail, Reminder
from apps.notifications.reminders import send_out_due
from tests.make import NOW, make_event, make_member, make_participation


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


@pytest.fixture
def event(group):
    return make_event(group=group, title="Round table")


def rules_data(event=None, *more):
    """The inline's management form with its rows, and new ones in ``more``."""
    rows = list(event.reminder_rules.order_by("pk")) if event else []
    data = {"reminder_rules-TOTAL_FORMS": len(rows) + len(more), "reminder_rules-INITIAL_FORMS": len(rows)}
    for number, rule in enumerate(rows):
        data |= {
            f"reminder_rules-{number}-id": rule.pk,
            f"reminder_rules-{number}-event": event.pk,
            f"reminder_rules-{number}-audience": rule.audience,
            f"reminder_rules-{number}-minutes_before": rule.minutes_before or "",
            f"reminder_rules-{number}-clock": rule.clock,
            f"reminder_rules-{number}-wording": rule.wording,
        }
    for number, fields in enumerate(more, start=len(rows)):
        data |= {f"reminder_rules-{number}-clock": "event"}
        data |= {f"reminder_rules-{number}-{name}": value for name, value in fields.items()}
    return data


def form_data(event, **changed):
    """What the browser would send of the event's form."""
    return {
        "version": event.updated_at.isoformat() if event.pk else "",
        "title": event.title,
        "slug": event.slug,
        "lead": event.lead,
        "kind": event.kind,
        "group": event.group_id,
        "visibility": event.visibility,
        "time_zone": str(event.time_zone),
        "starts_at": f"{event.starts_at.astimezone(event.time_zone):%Y-%m-%dT%H:%M}",
        "ends_at": f"{event.ends_at.astimezone(event.time_zone):%Y-%m-%dT%H:%M}",
        "format": event.format,
        "place": event.place,
        "online_link": event.online_link,
        "capacity": event.capacity or "",
        "online_capacity": event.online_capacity or "",
        "participants_hidden": "unknown",
        "agenda": event.agenda,
        "public_summary": event.public_summary,
        **(rules_data(event) if event.pk else rules_data()),
        **changed,
    }


def change_url(event):
    return reverse("admin:events_event_change", args=[event.pk])


def errors_of(response):
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def test_a_new_event_is_a_draft_with_the_usual_rules_at_the_time_on_its_clock(office, group, coordinator):
    data = {
        "title": "Autumn workshop",
        "slug": "autumn-workshop",
        "kind": "workshop",
        "group": group.pk,
        "visibility": "group",
        "time_zone": "America/Bogota",
        "starts_at": "2027-09-01T09:00",
        "ends_at": "2027-09-01T11:00",
        "format": "both",
        "participants_hidden": "unknown",
        **rules_data(),
    }

    answer = office.post(reverse("admin:events_event_add"), data)

    event = Event.objects.get()
    assert answer.status_code == 302
    assert event.is_draft
    assert event.created_by == coordinator
    assert event.starts_at == datetime(2027, 9, 1, 14, 0, tzinfo=UTC)
    assert event.reminder_rules.count() == 5
    assert not Reminder.objects.exists()


def test_rules_given_by_hand_replace_the_usual_ones_and_plan_reminders(office, event):
    rule = {"audience": "everyone", "minutes_before": "30"}

    office.post(change_url(event), form_data(event, **rules_data(event, rule)))

    reminder = Reminder.objects.get()
    assert reminder.due_at == event.starts_at - timedelta(minutes=30)


def test_a_deleted_rule_cancels_its_reminder(office, event):
    office.post(
        change_url(event), form_data(event, **rules_data(event, {"audience": "everyone", "minutes_before": "30"}))
    )
    event.refresh_from_db()

    office.post(change_url(event), form_data(event, **{"reminder_rules-0-DELETE": "on"}))

    assert Reminder.objects.get().state == Reminder.State.CANCELLED


@pytest.mark.parametrize(
    "rule",
    [
        {"audience": "everyone"},
        {"audience": "everyone", "minutes_before": "30", "days_before": "1", "at_time": "09:00"},
        {"audience": "everyone", "days_before": "1"},
        {"audience": "nobody", "minutes_before": "30"},
        {"audience": "everyone", "minutes_before": "999999999999999999999"},
        {"audience": "everyone", "minutes_before": "0"},
        {"audience": "everyone", "days_before": "0", "at_time": "11:00"},
        {"audience": "everyone", "days_before": "0", "at_time": "23:50", "clock": "reader"},
        {"audience": "everyone", "days_before": "800000", "at_time": "09:00"},
        {"audience": "everyone", "days_before": "2147483647", "at_time": "09:00", "clock": "reader"},
    ],
)
def test_a_rule_that_makes_no_sense_is_shown_with_its_error(office, event, rule):
    answer = office.post(change_url(event), form_data(event, **rules_data(event, rule)))

    assert answer.status_code == 200
    assert any(answer.context["inline_admin_formset"].formset.errors)
    assert not Reminder.objects.exists()


TOO_LATE = "This reminder would come when the event has begun. Choose an earlier time."
GONE = "This reminder went out already for this date, so its time stays. Add a new rule instead."


def rule_errors(answer):
    return answer.context["inline_admin_formset"].formset.errors[0].get("__all__")


def test_a_rule_that_can_never_remind_is_refused_and_the_last_moment_is_taken(office, event):
    """The event begins at eleven in Bonn."""
    type(event).objects.update(starts_at=datetime(2027, 3, 20, 10, tzinfo=UTC))
    event.refresh_from_db()
    late, just = ({"audience": "everyone", "days_before": "0", "at_time": at} for at in ("11:00", "10:59"))

    assert rule_errors(office.post(change_url(event), form_data(event, **rules_data(event, late)))) == [TOO_LATE]
    assert office.post(change_url(event), form_data(event, **rules_data(event, just))).status_code == 302


@pytest.fixture
def gone_out(event, member):
    """A rule of a week before, which reminded the member today."""
    type(event).objects.update(starts_at=NOW + timedelta(days=7), ends_at=NOW + timedelta(days=7, hours=2))
    event.refresh_from_db()
    make_participation(event=event, member=member, answer="yes")
    rule = ReminderRule.objects.create(event=event, audience="interested", minutes_before=10080)
    plan_reminders(event)
    send_out_due(NOW)
    return rule


@pytest.mark.parametrize(
    "timing", [{"minutes_before": "2880"}, {"minutes_before": "", "days_before": "2", "at_time": "09:00"}]
)
def test_a_reminder_that_went_out_keeps_its_time(office, event, gone_out, timing):
    changed = {f"reminder_rules-0-{name}": value for name, value in timing.items()}

    answer = office.post(change_url(event), form_data(event, **changed))

    assert rule_errors(answer) == [GONE]
    assert ReminderRule.objects.get().minutes_before == 10080


def test_a_reminder_that_went_out_takes_other_words_and_another_time_for_another_date(office, event, gone_out):
    office.post(change_url(event), form_data(event, **{"reminder_rules-0-wording": "Bring your badge."}))
    moved = {"starts_at": "2027-04-01T10:00", "ends_at": "2027-04-01T12:00", "reminder_rules-0-minutes_before": "2880"}
    event.refresh_from_db()

    answer = office.post(change_url(event), form_data(event, **moved))

    assert answer.status_code == 302
    rule = ReminderRule.objects.get()
    assert (rule.wording, rule.minutes_before) == ("Bring your badge.", 2880)
    assert Reminder.objects.get(state="scheduled").due_at == datetime(2027, 3, 30, 8, 0, tzinfo=UTC)


def test_the_rule_of_the_house_is_marked_in_the_list_on_the_desk_and_above_the_participants(office, group):
    """The mark is worth looking for: the other event has none."""
    event = make_event(group=group, title="Zq7 closed", is_chatham_house=True, starts_at=NOW + timedelta(days=5))
    other = make_event(group=group, title="Zq7 open", starts_at=NOW + timedelta(days=6))
    marks = []

    for url in (reverse("admin:events_event_changelist"), reverse("admin:index")):
        page = office.get(url).text
        marks.append((page.count("Zq7 "), page.count("Chatham House Rule")))
    for each in (event, other):
        page = office.get(reverse("admin:events_participation_changelist"), {"event__id__exact": each.pk}).text
        marks.append((page.count("Zq7 "), page.count("Chatham House Rule")))

    assert [(shown > 0, count) for shown, count in marks] == [(True, 1), (True, 1), (True, 1), (True, 0)]


def test_a_date_in_the_past_is_refused_in_a_sentence(office, event):
    answer = office.post(change_url(event), form_data(event, starts_at="2026-04-01T10:00", ends_at="2026-04-01T12:00"))

    assert "This start has passed already." in str(errors_of(answer))
    assert Event.objects.get().starts_at == event.starts_at


def test_moving_an_event_raises_its_sequence_and_settles_a_change_notice(office, event):
    office.post(change_url(event), form_data(event, starts_at="2027-04-01T10:00", ends_at="2027-04-01T12:00"))

    event.refresh_from_db()
    assert event.starts_at == datetime(2027, 4, 1, 8, 0, tzinfo=UTC)
    assert event.sequence == 1
    assert event.settles_at == NOW + timedelta(minutes=2)


def test_what_nobody_chose_about_the_names_reads_as_what_it_means(office, event):
    page = office.get(change_url(event)).text

    assert "As the rule says: hidden when the Chatham House Rule applies." in page
    assert '<option value="unknown" selected>As the rule says</option>' in page
    assert "Unknown" not in page


WILL_BE_TOLD = "Those invited will be told what changed. For two minutes you can still undo it unnoticed."


def test_saving_says_that_those_invited_are_told_and_only_when_they_are(office, event):
    renamed = office.post(change_url(event), form_data(event, title="Other words"), follow=True).text
    event.refresh_from_db()
    moved = {"starts_at": "2027-04-01T10:00", "ends_at": "2027-04-01T12:00"}

    page = office.post(change_url(event), form_data(event, **moved), follow=True).text

    assert ("was changed" in renamed, WILL_BE_TOLD in renamed) == (True, False)
    assert ("was changed" in page, WILL_BE_TOLD in page) == (True, True)


def test_saving_a_change_of_an_event_that_is_near_says_that_it_is_told_at_once(office, event):
    Event.objects.update(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=3))
    event.refresh_from_db()

    page = office.post(change_url(event), form_data(event, place="Next door"), follow=True).text

    assert "Those invited are told what changed at once" in page


def test_saving_without_a_change_changes_nothing_that_is_told(office, event):
    before = event.snapshot

    office.post(change_url(event), form_data(event))

    event.refresh_from_db()
    assert event.snapshot == before
    assert (event.sequence, event.settles_at) == (0, None)


def test_a_time_that_does_not_exist_is_taken_and_said(office, event):
    data = form_data(event, starts_at="2027-03-28T02:30", ends_at="2027-03-28T05:00")

    answer = office.post(change_url(event), data, follow=True)

    event.refresh_from_db()
    assert event.starts_at == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert "02:30 does not exist in Berlin" in answer.content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends_at": "2027-03-31T01:00"}, "ends_at"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"starts_at": "soon"}, "starts_at"),
        ({"online_link": "javascript:alert(1)"}, "online_link"),
        ({"title": "One\r\nTwo"}, "title"),
        ({"title": "\u202etxt"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"agenda": "x" * 1_000_000}, "agenda"),
        ({"group": "999"}, "group"),
        ({"capacity": "-1"}, "capacity"),
        ({"capacity": "99999999999999999999"}, "capacity"),
        ({"slug": "not a slug"}, "slug"),
    ],
)
def test_bad_input_is_named_beside_its_field(office, event, changed, field):
    answer = office.post(change_url(event), form_data(event, **changed))

    assert list(errors_of(answer)) == [field]


def test_fewer_seats_than_are_taken_are_refused_beside_the_field(office, event):
    for _number in range(2):
        make_participation(event=event, member=make_member(), answer="yes", mode="in_person")
    Event.objects.update(seats_taken=2)

    answer = office.post(change_url(event), form_data(event, capacity="1"))

    assert errors_of(answer) == {"capacity": ["2 people have one already. Give at least as many."]}


def test_a_form_that_somebody_overtook_keeps_the_text_and_saves_at_the_second_press(office, event):
    stale = form_data(event, title="Mine")
    Event.objects.update(title="Theirs", updated_at=NOW + timedelta(minutes=1))

    first = office.post(change_url(event), stale)

    assert "Somebody else saved this meanwhile." in str(errors_of(first))
    assert 'value="Mine"' in first.content.decode()
    assert Event.objects.get().title == "Theirs"

    version = first.context["adminform"].form["version"].value()
    office.post(change_url(event), {**stale, "version": version})

    assert Event.objects.get().title == "Mine"


def test_a_form_pressed_twice_says_what_happened(office, event):
    form = form_data(event, title="Mine")

    office.post(change_url(event), form)
    Event.objects.update(updated_at=NOW + timedelta(minutes=1))  # The clock stands.
    second = office.post(change_url(event), form)

    assert "by a second press of the button" in str(errors_of(second))
    assert Event.objects.get().title == "Mine"


def test_a_cancelled_event_is_only_read(office, event):
    Event.objects.update(state=Event.State.CANCELLED)

    page = office.get(change_url(event))
    answer = office.post(change_url(event), form_data(event, title="Again"))

    assert 'name="_save"' not in page.content.decode()
    assert answer.status_code == 403
    assert Event.objects.get().title == "Round table"


def test_a_changed_visibility_is_on_the_record(office, event):
    office.post(change_url(event), form_data(event, visibility="public"))

    assert AuditEntry.objects.get(event="visibility").detail == "group>public"


def test_only_a_draft_can_be_deleted(office, event, group):
    draft = make_event(group=group, state=Event.State.DRAFT)
    add_default_rules(draft)

    refused = office.post(reverse("admin:events_event_delete", args=[event.pk]), {"post": "yes"})
    deleted = office.post(reverse("admin:events_event_delete", args=[draft.pk]), {"post": "yes"})

    assert (refused.status_code, deleted.status_code) == (403, 302)
    assert list(Event.objects.all()) == [event]


def test_nothing_can_be_deleted_in_bulk(office, event):
    data = {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}

    answer = office.post(reverse("admin:events_event_changelist"), data)

    assert 'name="action"' not in answer.content.decode()
    assert Event.objects.exists()


def test_the_event_shows_its_numbers_as_links_to_the_people(office, event, member, observer):
    make_participation(event=event, member=member, answer="yes", mode="in_person")
    make_participation(event=event, member=observer)

    counts = {str(count.label): count for count in office.get(change_url(event)).context["answers"]}

    assert {label: count.count for label, count in counts.items() if count.count} == {
        "invited": 2,
        "yes, in person": 1,
        "not answered": 1,
    }
    listed = office.get(counts["yes, in person"].url).context["cl"].result_list
    assert [part.member for part in listed] == [member]


def test_saving_in_the_admin_sends_no_mail_by_itself(office, event, member):
    make_participation(event=event, member=member, answer="yes")

    office.post(change_url(event), form_data(event, place="Geneva"))

    assert not OutgoingMail.objects.exists()
