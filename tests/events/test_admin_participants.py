"""Participants in the admin: a list narrowed down by event, attendance, and invitations taken back."""

import re

import pytest
import time_machine
from django.urls import reverse

from apps.events.models import Event, Participation
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_event, make_group, make_member, make_participation

LIST = "admin:events_participation_changelist"


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


def listed(office, **query):
    return [part.member.name for part in office.get(reverse(LIST), query).context["cl"].result_list]


@pytest.fixture
def crowd(event):
    """One person per answer, one taken back, one of another event."""
    fields = {
        "Anna": {"answer": "yes", "mode": "in_person", "attended": True},
        "Ben": {"answer": "yes", "mode": "in_person", "queue_number": 1},
        "Cleo": {"answer": "maybe"},
        "Dora": {"answer": "no"},
        "Emil": {},
        "Gone": {"withdrawn_at": NOW},
    }
    for name, values in fields.items():
        make_participation(event=event, member=make_member(name=name), **values)
    make_participation(event=make_event(), member=make_member(name="Elsewhere"))
    return event


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Anna", "Ben", "Cleo", "Dora", "Emil"]),
        ({"answered": "yes"}, ["Anna"]),
        ({"answered": "waiting"}, ["Ben"]),
        ({"answered": "maybe"}, ["Cleo"]),
        ({"answered": "no"}, ["Dora"]),
        ({"answered": "none"}, ["Emil"]),
        ({"mode": "in_person"}, ["Anna", "Ben"]),
        ({"attended__exact": "1"}, ["Anna"]),
        ({"invited": "ended"}, ["Gone"]),
        ({"invited": "all"}, ["Anna", "Ben", "Cleo", "Dora", "Emil", "Gone"]),
        ({"q": "cleo"}, ["Cleo"]),
        ({"answered": "rubbish"}, ["Anna", "Ben", "Cleo", "Dora", "Emil"]),
    ],
)
def test_the_list_is_narrowed_down_by_answer_and_event(office, crowd, query, names):
    assert listed(office, event__id__exact=crowd.pk, **query) == names


def test_attendance_nobody_noted_is_called_so_in_the_list_its_filter_and_the_form(office, crowd):
    parts = Participation.objects.filter(event=crowd, withdrawn_at=None)
    listed = office.get(reverse(LIST), {"event__id__exact": crowd.pk}).text
    form = office.get(reverse("admin:events_participation_change", args=[parts.get(member__name="Emil").pk])).text

    option = '<option value="unknown" selected>Not noted</option>'
    assert (listed.count(option), form.count(option)) == (4, 1)
    assert re.search(r"attended__isnull=True[^>]*>\s*Not noted", listed)
    assert "Unknown" not in listed + form


def test_who_left_the_group_leaves_the_list_of_the_invited(office, event):
    other = make_group()
    former = make_member(name="Former", group=other)
    make_participation(event=event, member=former, via_group=other)
    assert listed(office) == ["Former"]

    former.memberships.update(ended_on=NOW)

    assert listed(office) == []


def test_attendance_noted_in_the_list_leaves_a_newer_answer_alone(office, event, member):
    part = make_participation(event=event, member=member, answer="yes", mode="in_person")
    Participation.objects.filter(pk=part.pk).update(answer="no", mode="", has_seat=False)
    data = {
        "form-TOTAL_FORMS": 1,
        "form-INITIAL_FORMS": 1,
        "form-0-id": part.pk,
        "form-0-attended": "true",
        "_save": "1",
    }

    office.post(reverse(LIST), data)

    part.refresh_from_db()
    assert (part.attended, part.answer) == (True, "no")


def test_attendance_is_noted_for_many_after_a_look(office, event):
    parts = [make_participation(event=event, member=make_member(name=name)) for name in ("Anna", "Ben")]

    page = office.post(reverse(LIST), {"action": "attended", "_selected_action": [part.pk for part in parts]})
    assert not Participation.objects.filter(attended=True).exists()
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    answer = office.post(reverse("admin:events_participation_attended"), {"chosen": chosen}, follow=True)

    assert Participation.objects.filter(attended=True).count() == 2
    assert "2 people are noted as attended." in answer.content.decode()


def test_taking_an_invitation_back_asks_first_tells_once_and_frees_the_seat(office, event, member, observer):
    Event.objects.filter(pk=event.pk).update(capacity=1, seats_taken=1)
    part = make_participation(event=event, member=member, answer="yes", mode="in_person")
    waiting = make_participation(event=event, member=observer, answer="yes", mode="in_person", queue_number=1)
    OutgoingMail.objects.create(
        recipient_key=f"member:{member.pk}", member=member, kind="event_invitation", about=event,
        about_key=f"events.event:{event.pk}", state="sent", due_at=NOW, expires_at=NOW, message_id="<1@x>",
    )  # fmt: skip

    page = office.get(f"{reverse('admin:events_participation_withdraw')}?id={part.pk}")
    part.refresh_from_db()
    assert part.withdrawn_at is None
    assert "Mina Member · member@example.org · yes" in page.content.decode()
    chosen = re.search(r'name="chosen" value="([^"]+)"', page.content.decode())[1]
    for _time in range(2):
        answer = office.post(reverse("admin:events_participation_withdraw"), {"chosen": chosen}, follow=True)

    part.refresh_from_db()
    waiting.refresh_from_db()
    assert part.withdrawn_at == NOW
    assert (waiting.has_seat, waiting.queue_number) == (True, None)
    assert OutgoingMail.objects.filter(kind="event_withdrawn").count() == 1
    assert "This was done already." in answer.content.decode()


def test_participations_are_not_added_or_deleted_here(office, event, member):
    part = make_participation(event=event, member=member)

    assert office.get("/admin/events/participation/add/").status_code == 403
    assert office.post(reverse("admin:events_participation_delete", args=[part.pk]), {"post": "yes"}).status_code == 403
    assert Participation.objects.exists()


@pytest.mark.parametrize("who", ["stranger", "member", "chair"])
def test_the_list_is_closed_to_everyone_but_staff(client, request, event, member, who):
    part = make_participation(event=event, member=member)
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    urls = [reverse(LIST), reverse("admin:events_participation_change", args=[part.pk])]

    assert {client.get(url).status_code for url in urls} == {302 if who == "stranger" else 403}
