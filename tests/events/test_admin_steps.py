"""Acts on an event in the admin: each shows first whom it concerns, then does exactly that, once."""

import csv
import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from apps.core.confirmed import Confirmed, sign
from apps.core.models import AuditEntry
from apps.core.zones import moment_text
from apps.events import actions
from apps.events.admin.answers import answer_counts
from apps.events.models import Event, Participation
from apps.members.models import Member, Membership, StakeholderGroup
from apps.notifications.models import Announcement, OutgoingMail
from tests.make import (
    NOW,
    make_event,
    make_group,
    make_member,
    make_membership,
    make_organisation,
    make_participation,
    make_topic,
)


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


def step_url(event, slug):
    return reverse(f"admin:events_event_{slug}", args=[event.pk])


def chosen_on(response):
    """The hidden field of a confirming page."""
    return re.search(r'name="chosen" value="([^"]+)"', response.content.decode())[1]


def people_on(response):
    """Everyone a confirming page lists, in order."""
    listed = re.search(r'<ul class="affected"[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL)
    return re.findall(r"<bdi>(.*?)</bdi>", listed[1]) if listed else []


def told(kind):
    return set(OutgoingMail.objects.filter(kind=kind).values_list("member__email", flat=True))


STEPS = ["schedule", "invite", "remind", "message", "reminders", "export", "cancel"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("who", ["stranger", "member", "chair", "other_member", "suspended"])
def test_a_step_is_closed_to_everyone_but_staff(client, request, event, step, who):
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    answers = [client.get(step_url(event, step)), client.post(step_url(event, step), {"_confirm": "1"})]

    assert {answer.status_code for answer in answers} == {302 if who in ("stranger", "suspended") else 403}
    assert Event.objects.get().state == Event.State.SCHEDULED
    assert not OutgoingMail.objects.exists()


def test_a_step_on_a_missing_event_is_not_found(office):
    assert office.get(reverse("admin:events_event_cancel", args=[999])).status_code == 404


def test_the_event_offers_the_steps_that_fit_its_state(office, group):
    draft = make_event(group=group, state=Event.State.DRAFT)
    over = make_event(group=group, state=Event.State.HELD, starts_at=NOW - timedelta(days=1))

    def offered(event):
        page = office.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
        return [step for step in STEPS if step_url(event, step) in page]

    assert offered(draft) == ["schedule", "reminders"]
    assert offered(make_event(group=group)) == ["invite", "remind", "message", "reminders", "export", "cancel"]
    assert offered(over) == ["message", "reminders", "export"]


# Schedule.


def test_scheduling_asks_first_and_then_plans_the_reminders(office, group):
    draft = make_event(group=group, state=Event.State.DRAFT)
    actions.add_default_rules(draft)

    page = office.get(step_url(draft, "schedule"))

    draft.refresh_from_db()
    assert draft.is_draft
    assert "7 d before the start" in page.content.decode()

    for _time in range(2):
        office.post(step_url(draft, "schedule"))

    draft.refresh_from_db()
    assert draft.is_scheduled
    assert "done already" in office.get(reverse("admin:index")).content.decode()


def test_scheduling_a_past_draft_shows_why_not(office, group):
    draft = make_event(group=group, state=Event.State.DRAFT, starts_at=NOW - timedelta(days=2))

    page = office.post(step_url(draft, "schedule"))

    assert page.status_code == 200
    assert "The start has passed already." in page.content.decode()


# Invite.


def test_inviting_a_group_shows_and_invites_exactly_those_not_invited_yet(
    office, event, group, member, observer, suspended
):
    make_participation(event=event, member=observer)

    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")

    assert people_on(page) == ["Mina Member · member@example.org"]
    assert "1 person is left out" in page.content.decode()
    assert "Invitation: Round table" in page.content.decode()
    assert not OutgoingMail.objects.exists()

    late = make_member(group=group)
    body = {"chosen": chosen_on(page), "paragraph": "Please come.", "_confirm": "1"}
    answer = office.post(step_url(event, "invite"), body)

    assert answer.status_code == 302
    assert told("event_invitation") == {"member@example.org"}
    part = event.participations.get(member=member)
    assert part.via_group == group
    assert Announcement.objects.get().paragraph == "Please come."
    assert not event.participations.filter(member=late).exists()


NOBODY = {"invite": "Nobody to invite", "remind": "Nobody to ask", "message": "Nobody to write to"}


@pytest.mark.parametrize("step", NOBODY)
def test_a_step_that_would_reach_nobody_says_so_and_can_not_be_confirmed(office, event, coordinator, step):
    choice = {"invite": {"group": make_group().pk}, "message": {"answers": ["maybe"]}, "remind": {}}[step]

    page = office.post(step_url(event, step), {**choice, "_choose": "1"})

    assert NOBODY[step] in page.text
    assert 'type="submit"' not in page.text.partition('id="content-main"')[2]
    act = f"events_event_{step}.{event.pk}"
    empty = sign(Confirmed([]), act=act, person_id=coordinator.pk)
    again = office.post(step_url(event, step), {"chosen": empty, "title": "A", "paragraph": "B", "_confirm": "1"})
    assert NOBODY[step] in again.text
    assert not Announcement.objects.exists()


def test_inviting_twice_from_one_page_invites_once(office, event, group, member):
    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")
    body = {"chosen": chosen_on(page), "paragraph": "", "_confirm": "1"}

    office.post(step_url(event, "invite"), body)
    second = office.post(step_url(event, "invite"), body, follow=True)

    assert Announcement.objects.count() == 1
    assert OutgoingMail.objects.count() == 1
    assert "This was done already." in second.content.decode()


@pytest.mark.parametrize("source", ["topic", "finer", "stakeholder_group", "members"])
def test_inviting_by_topic_stakeholder_group_or_hand(office, event, source):
    area = make_topic()
    finer = make_topic(parent=area)
    bank = make_organisation(stakeholder_group=StakeholderGroup.BANK)
    wanted = make_member("wanted@example.org", name="Wanda Wanted", organisation=bank)
    wanted.topics.add(finer, area)
    make_member("unwanted@example.org")
    data = {
        "topic": {"topic": area.pk},
        "finer": {"topic": finer.pk},
        "stakeholder_group": {"stakeholder_group": "bank"},
        "members": {"members": [wanted.pk]},
    }[source]

    page = office.post(step_url(event, "invite"), {**data, "_choose": "1"})
    office.post(step_url(event, "invite"), {"chosen": chosen_on(page), "_confirm": "1"})

    assert people_on(page) == [f"Wanda Wanted · {bank.name} · wanted@example.org"]
    assert [(part.member, part.via_group) for part in event.participations.all()] == [(wanted, None)]


@pytest.mark.parametrize("data", [{}, {"stakeholder_group": "bank", "group": 1}, {"group": "x"}, {"members": ["999"]}])
def test_an_unclear_choice_of_people_is_asked_again(office, event, data):
    page = office.post(step_url(event, "invite"), {**data, "_choose": "1"})

    assert page.status_code == 200
    assert "Not done yet" in page.content.decode()
    assert 'name="chosen"' not in page.content.decode()


def test_who_was_taken_back_is_not_invited_again_with_the_group(office, event, group, member):
    make_participation(event=event, member=member, via_group=group, withdrawn_at=NOW)

    by_group = office.get(f"{step_url(event, 'invite')}?group={group.pk}")
    by_hand = office.post(step_url(event, "invite"), {"members": [member.pk], "_choose": "1"})

    assert people_on(by_group) == []
    assert 'name="_confirm"' not in by_group.content.decode()
    assert people_on(by_hand) == ["Mina Member · member@example.org"]


def test_a_test_mail_goes_to_the_coordinator_alone(office, event, group, member, coordinator):
    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")

    again = office.post(step_url(event, "invite"), {"chosen": chosen_on(page), "paragraph": "Hello", "_trial": "1"})

    assert [(mail.kind, mail.member) for mail in OutgoingMail.objects.all()] == [("event_trial", coordinator)]
    assert people_on(again) == ["Mina Member · member@example.org"]
    assert "Hello" in again.content.decode()
    assert not event.participations.exists()


def test_the_sample_masks_the_link_that_answers(office, event, group, member):
    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}").content.decode()

    assert "/rsvp/•••/" in page
    assert "~~" not in page


@pytest.mark.parametrize("chosen", ["", "rubbish", "eyJpZHMiOlsxXX0:1abc:xyz"])
def test_an_altered_page_invites_nobody(office, event, member, chosen):
    answer = office.post(step_url(event, "invite"), {"chosen": chosen, "_confirm": "1"}, follow=True)

    assert "open for too long" in answer.content.decode()
    assert not event.participations.exists()


def test_a_page_of_one_event_confirms_nothing_on_another(office, event, group, member):
    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")
    other = make_event(group=group)

    office.post(step_url(other, "invite"), {"chosen": chosen_on(page), "_confirm": "1"})

    assert not Participation.objects.exists()


def test_inviting_to_an_event_cancelled_meanwhile_shows_why_not(office, event, group, member):
    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")
    Event.objects.update(state=Event.State.CANCELLED)

    answer = office.post(step_url(event, "invite"), {"chosen": chosen_on(page), "_confirm": "1"})

    assert answer.status_code == 200
    assert "Schedule the event first" in answer.content.decode()
    assert not Participation.objects.exists()


def test_five_thousand_people_fit_on_one_page_and_wait_for_the_worker(office, event, group):
    Member.objects.bulk_create(
        Member(email=f"many{number}@example.org", name=f"Many {number:04}") for number in range(5000)
    )
    many = list(Member.objects.get_queryset().order_by("name").filter(name__startswith="Many"))
    Membership.objects.bulk_create(Membership(group=group, member=person) for person in many)

    page = office.get(f"{step_url(event, 'invite')}?group={group.pk}")
    answer = office.post(step_url(event, "invite"), {"chosen": chosen_on(page), "_confirm": "1"})

    assert answer.status_code == 302
    announcement = Announcement.objects.get()
    assert announcement.member_ids == [person.pk for person in many]
    assert announcement.state == Announcement.State.WAITING


def test_later_joiners_are_offered_by_a_button_and_never_invited_silently(office, event, group, member):
    make_participation(event=event, member=member, via_group=group)
    make_member("late@example.org", name="Lena Late", group=group)
    gone = make_member(group=group)
    gone.memberships.update(ended_on=NOW)

    page = office.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    link = re.search(r'<a href="([^"]+)">Invite them</a>', page)[1]

    assert "1 person joined “Working group” since it was invited." in page
    assert people_on(office.get(link)) == ["Lena Late · late@example.org"]
    assert not OutgoingMail.objects.exists()


# Remind, message.


def test_reminding_asks_exactly_the_unanswered(office, event, member, observer):
    make_participation(event=event, member=member)
    make_participation(event=event, member=observer, answer="no")

    page = office.get(step_url(event, "remind"))
    body = {"chosen": chosen_on(page), "paragraph": "We need numbers.", "_confirm": "1"}
    for _time in range(2):
        office.post(step_url(event, "remind"), body)

    assert people_on(page) == ["Mina Member · member@example.org"]
    assert told("event_answer_request") == {"member@example.org"}
    assert OutgoingMail.objects.count() == 1


def test_a_message_goes_to_the_answers_that_were_chosen(office, event):
    answers = {"yes": {"answer": "yes"}, "maybe": {"answer": "maybe"}, "no": {"answer": "no"}, "none": {}}
    people = {name: make_member(f"{name}@example.org", name=name.title()) for name in answers}
    for name, fields in answers.items():
        make_participation(event=event, member=people[name], **fields)
    waiting = make_member("waiting@example.org", name="Waiting")
    make_participation(event=event, member=waiting, answer="yes", mode="in_person", queue_number=1)

    page = office.post(step_url(event, "message"), {"answers": ["waiting", "no"], "_choose": "1"})
    body = {"chosen": chosen_on(page), "title": "Room", "paragraph": "It is upstairs."}
    preview = office.post(step_url(event, "message"), {**body, "_preview": "1"})
    for _time in range(2):
        office.post(step_url(event, "message"), {**body, "_confirm": "1"})

    assert people_on(page) == ["No · no@example.org", "Waiting · waiting@example.org"]
    assert "It is upstairs." in preview.content.decode()
    assert told("event_message") == {"no@example.org", "waiting@example.org"}
    assert Announcement.objects.get().title == "Room"


@pytest.mark.parametrize("title", ["", "a\r\nBcc: x@example.org", "x" * 61])
def test_a_message_with_a_bad_subject_keeps_what_was_typed(office, event, member, title):
    make_participation(event=event, member=member)
    page = office.post(step_url(event, "message"), {"answers": ["none"], "_choose": "1"})

    body = {"chosen": chosen_on(page), "title": title, "paragraph": "Long text.", "_confirm": "1"}
    answer = office.post(step_url(event, "message"), body)

    assert answer.status_code == 200
    assert "Long text." in answer.content.decode()
    assert not OutgoingMail.objects.exists()


# Cancel.


def test_cancelling_names_who_is_told_and_tells_them_once(office, event, member, observer):
    make_participation(event=event, member=member, answer="yes")
    make_participation(event=event, member=observer, answer="no")

    page = office.get(step_url(event, "cancel"))

    assert people_on(page) == ["Mina Member · member@example.org"]
    assert "Cancel and tell 1 person" in page.content.decode()
    assert Event.objects.get().is_scheduled

    office.post(step_url(event, "cancel"), {"reason": "No room"})
    second = office.post(step_url(event, "cancel"), {"reason": "No room"}, follow=True)

    event.refresh_from_db()
    assert (event.state, event.cancel_reason) == (Event.State.CANCELLED, "No room")
    assert told("event_cancelled") == {"member@example.org"}
    assert "done already" in second.content.decode()


def test_cancelling_says_that_nobody_is_told_where_nobody_is(office, event, member):
    make_participation(event=event, member=member, answer="no")

    page = office.get(step_url(event, "cancel"))

    assert people_on(page) == []
    assert "Nobody is told: no one is invited" in page.text
    assert "people below" not in page.text
    assert 'value="Cancel the event"' in page.text


def test_cancelling_what_is_over_shows_why_not(office, group):
    over = make_event(group=group, starts_at=NOW - timedelta(days=1))

    page = office.post(step_url(over, "cancel"), {"reason": ""})

    assert page.status_code == 200
    assert "Only an event that lies ahead can be cancelled." in page.content.decode()


# Preview of reminders.


def test_the_preview_says_who_gets_what_and_when_in_which_zone(office, event, member, observer):
    make_participation(event=event, member=member)
    make_participation(event=event, member=observer, answer="yes")
    event.reminder_rules.create(audience="unanswered", days_before=3, at_time="09:00", clock="reader")
    event.reminder_rules.create(audience="attending", minutes_before=60, wording="Bring your passport.")
    member.time_zone = "Asia/Tokyo"
    member.save()
    actions.plan_reminders(event)

    page = office.get(step_url(event, "reminders"))
    hour_before = event.reminder_rules.get(minutes_before=60)
    sample = office.get(f"{step_url(event, 'reminders')}?rule={hour_before.pk}")

    shown = [(moment_text(line.due_at, line.zone), line.count) for line in page.context["lines"]]
    assert shown == [
        ("Sun 28 March 2027, 09:00 JST (UTC+9)", 1),
        ("Sun 28 March 2027, 09:00 UTC", 0),
        ("Wed 31 March 2027, 10:00 CEST (UTC+2)", 1),
    ]
    assert "Sun 28 March 2027, 09:00 JST (UTC+9)</time>" in page.content.decode()
    assert "3 d before, at 09:00 in the reader&#x27;s zone" in " ".join(page.content.decode().split())
    assert "Bring your passport." in sample.content.decode()
    assert people_on(sample) == ["Olu Observer · observer@example.org"]


@pytest.mark.parametrize("rule", ["0", "x", "99999999999999999999999", ""])
def test_the_preview_of_an_unknown_rule_shows_the_first(office, event, rule):
    event.reminder_rules.create(audience="attending", minutes_before=60)
    actions.plan_reminders(event)

    page = office.get(f"{step_url(event, 'reminders')}?rule={rule}")

    assert page.status_code == 200
    assert page.context["picked"].minutes_before == 60


def test_a_draft_previews_what_its_rules_would_come_to(office, group):
    draft = make_event(group=group, state=Event.State.DRAFT)
    actions.add_default_rules(draft)

    page = office.get(step_url(draft, "reminders"))

    assert [line.rule.minutes_before for line in page.context["lines"]] == [14400, 10080, 4320, 1440, 60]


# Export.


def test_the_export_is_logged_and_holds_safe_cells(office, event, coordinator):
    hostile = make_member(
        "=cmd@example.org", name="=HYPERLINK(1)", position="@sum", organisation=make_organisation(name="-1+1")
    )
    make_participation(event=event, member=hostile, answer="yes", attended=True)
    make_participation(event=event, member=make_member("plain@example.org", name="Zoë Plain"))
    office.get(step_url(event, "export"))
    assert not AuditEntry.objects.filter(event="export").exists()

    answer = office.post(step_url(event, "export"))

    header, *rows = csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines())
    assert header[:2] == ["name", "e-mail address"]
    assert rows[0][:5] == ["'=HYPERLINK(1)", "'=cmd@example.org", "'@sum", "'-1+1", "Other"]
    assert rows[0][-6:] == ["yes", "online", "yes", "", "2026-12-31 09:00", "yes"]
    assert rows[1][:2] == ["Zoë Plain", "plain@example.org"]
    assert answer["Content-Disposition"] == f'attachment; filename="participants-{event.slug}.csv"'
    entry = AuditEntry.objects.get(event="export")
    assert (entry.actor, entry.about_id) == (coordinator, event.pk)


def test_who_left_the_group_is_not_in_the_export(office, event):
    other = make_group()
    former = make_member("former@example.org", group=other)
    make_participation(event=event, member=former, via_group=other)
    former.memberships.update(ended_on=NOW)

    answer = office.post(step_url(event, "export"))

    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1


def test_who_is_suspended_is_not_in_the_export_of_what_lies_ahead(office, event, suspended):
    make_participation(event=event, member=suspended, answer="yes")

    answer = office.post(step_url(event, "export"))

    assert len(b"".join(answer.streaming_content).decode().splitlines()) == 1
    assert {each.count for each in answer_counts(event, NOW)} == {0}


@pytest.fixture
def past(group):
    """An event of ten days ago with one person per fate."""
    other = make_group()
    past = make_event(group=group, state="held", starts_at=NOW - timedelta(days=10), title="Round table")
    start, end = past.starts_at, past.ends_at
    here = {"Ann": {}, "Came all the same": {"withdrawn_at": start - timedelta(days=1), "attended": True}}
    here["Taken off later"] = {"withdrawn_at": end + timedelta(days=1)}
    gone = {"Taken off before": {"withdrawn_at": start - timedelta(days=1)}, "Taken off amid": {"withdrawn_at": start}}
    for name, fields in {**here, **gone}.items():
        make_participation(event=past, member=make_member(name=name), answer="maybe", **fields)
    for name, day, attended in (
        ("In the group", None, True),
        ("Left later", NOW.date(), None),
        ("Left on the day", start.date(), None),
        ("Left before", start.date() - timedelta(days=1), None),
    ):
        person = make_member(name=name)
        make_membership(group=other, member=person, started_on=start.date() - timedelta(days=99), ended_on=day)
        make_participation(event=past, member=person, via_group=other, answer="yes", attended=attended)
    for status in ("suspended", "departed"):
        person = make_member(name=f"Is {status}")
        make_participation(event=past, member=person, answer="yes", attended=True)
        person.become(status)
    return past


ON_THE_LIST = [
    "Ann",
    "Came all the same",
    "In the group",
    "Is departed",
    "Is suspended",
    "Left later",
    "Left on the day",
    "Taken off later",
]


def test_export_of_what_is_over_holds_whoever_was_invited_then_or_came(office, past):
    page = office.get(step_url(past, "export")).text
    answer = office.post(step_url(past, "export"))

    rows = csv.reader(b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1:])
    assert [row[0] for row in rows] == ON_THE_LIST
    assert f"Download {len(ON_THE_LIST)} rows" in page


def test_numbers_of_what_is_over_are_those_of_the_list_behind_them(office, past):
    counts = {str(each.label): each for each in answer_counts(past, NOW)}

    for label, count in (("invited", 8), ("attended", 4), ("maybe", 3), ("yes, online", 5)):
        assert counts[label].count == count
        assert len(office.get(counts[label].url).context["cl"].result_list) == count
    invited = office.get(counts["invited"].url).context["cl"].result_list
    assert [part.member.name for part in invited] == ON_THE_LIST
    others = office.get(f"{counts['invited'].url}&invited=ended").context["cl"].result_list
    assert [part.member.name for part in others] == ["Left before", "Taken off amid", "Taken off before"]
