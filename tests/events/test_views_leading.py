"""Editing and cancelling an event by the group's chair and coordinators."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from apps.events.forms import EventForm
from apps.events.models import Event
from apps.members.permissions import Role
from apps.notifications.models import OutgoingMail
from tests.make import NOW, make_event, make_member, make_organisation, make_participation

pytestmark = pytest.mark.usefixtures("frozen")

EDIT, CANCEL = "/events/talk/edit/", "/events/talk/cancel/"


@pytest.fixture
def event(group):
    return make_event(group=group, slug="talk", title="Talk", visibility="public")


def data_of(event, **changes):
    form = EventForm(instance=Event.objects.get(pk=event.pk))
    data = {name: form[name].value() for name in form.fields}
    for name in ("starts_at", "ends_at"):
        data[name] = data[name].strftime("%Y-%m-%dT%H:%M")
    return {**data, **changes}


@pytest.mark.parametrize("url", [EDIT, CANCEL])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 403), ("observer", 403), ("other_member", 403), ("suspended", 302), ("stranger", 302)],
)
def test_leading_is_closed_to_those_who_do_not_lead(client, event, request, url, method, who, status):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    response = getattr(client, method)(url, data_of(event, title="Changed") if method == "post" else None)

    assert response.status_code == status
    event.refresh_from_db()
    assert (event.title, event.state) == ("Talk", "scheduled")


@pytest.mark.parametrize("url", [EDIT, CANCEL])
def test_leading_hides_what_the_reader_may_not_see(client, event, other_member, url):
    Event.objects.update(visibility="group")
    client.force_login(other_member)

    assert client.get(url).status_code == 404


def test_edit_is_open_to_the_groups_coordinator_and_staff(client, event, group, coordinator, chair):
    for leader in (coordinator, chair, make_member(group=group, role=Role.COORDINATOR)):
        client.force_login(leader)
        assert client.get(EDIT).status_code == 200


def test_edit_of_another_groups_event_is_refused(client, event, other_group):
    client.force_login(make_member(group=other_group, role=Role.CHAIR))

    assert client.get(EDIT).status_code == 403


def test_edit_saves_and_says_that_people_will_be_told(client, event, chair):
    client.force_login(chair)

    changes = {"title": "New title", "starts_at": "2027-06-10T09:00", "ends_at": "2027-06-10T11:00"}
    response = client.post(EDIT, data_of(event, **changes), follow=True)

    event.refresh_from_db()
    assert response.redirect_chain == [("/events/talk/", 302)]
    assert (event.title, event.starts_at) == ("New title", datetime(2027, 6, 10, 7, 0, tzinfo=UTC))
    assert event.settles_at is not None
    assert "Those invited will be told what changed." in response.text


def test_edit_that_takes_a_change_back_does_not_say_that_people_will_be_told(client, event, chair):
    client.force_login(chair)
    before = data_of(event)
    client.post(EDIT, before | {"place": "Elsewhere"}, follow=True)
    event.refresh_from_db()

    response = client.post(EDIT, data_of(event, place=before["place"]), follow=True)

    event.refresh_from_db()
    assert event.place == before["place"]
    assert "will be told" not in response.text


def test_edit_of_text_tells_nobody(client, event, chair):
    client.force_login(chair)

    response = client.post(EDIT, data_of(event, agenda="Two items."), follow=True)

    event.refresh_from_db()
    assert event.agenda == "Two items."
    assert event.settles_at is None
    assert "will be told" not in response.text


def test_edit_says_which_time_was_taken_at_a_clock_change(client, event, chair):
    client.force_login(chair)

    response = client.post(EDIT, data_of(event, starts_at="2027-03-28T02:30", ends_at="2027-03-28T06:00"), follow=True)

    assert "02:30 does not exist in Berlin on that day" in response.text


def test_edit_wrong_input_keeps_everything_typed(client, event, chair):
    client.force_login(chair)

    response = client.post(
        EDIT, data_of(event, title="My title", ends_at="2027-01-01T09:00", online_link="javascript:1")
    )

    event.refresh_from_db()
    assert response.status_code == 200
    assert event.title == "Talk"
    assert 'value="My title"' in response.text
    assert "The end must lie after the start." in response.text
    assert "Enter a full address that begins with https://." in response.text
    assert "Please mend 2 things" in response.text


def test_edit_of_a_stale_form_keeps_own_text_and_says_so(client, event, chair):
    client.force_login(chair)
    stale = data_of(event, title="My title")
    Event.objects.get(pk=event.pk).save()

    response = client.post(EDIT, stale)

    event.refresh_from_db()
    assert event.title == "Talk"
    assert "Somebody else saved this meanwhile." in response.text
    assert 'value="My title"' in response.text
    again = client.post(EDIT, {**stale, "version": response.context["form"]["version"].value()})
    event.refresh_from_db()
    assert (again.status_code, event.title) == (302, "My title")


def test_edit_pressed_twice_is_saved_once_and_is_no_conflict(client, event, chair):
    client.force_login(chair)
    form = data_of(event, title="My title")

    answers = [client.post(EDIT, form) for _press in range(2)]

    event.refresh_from_db()
    assert [answer.status_code for answer in answers] == [302, 302]
    assert (event.title, event.sequence, event.settles_at) == ("My title", 0, None)


def test_edit_of_a_cancelled_event_is_refused(client, event, chair):
    Event.objects.update(state="cancelled")
    client.force_login(chair)

    response = client.post(EDIT, data_of(event, title="My title"), follow=True)

    event.refresh_from_db()
    assert event.title == "Talk"
    assert "A cancellation is final." in response.text


def test_cancel_page_says_who_is_affected_and_changes_nothing(client, event, chair, group):
    for answer in ("yes", "maybe", ""):
        make_participation(event=event, member=make_member(name=f"Zq7 {answer or 'silent'}"), answer=answer)
    make_participation(event=event, member=make_member(name="Zq7 declined"), answer="no")
    client.force_login(chair)

    response = client.get(CANCEL)

    event.refresh_from_db()
    assert event.is_scheduled
    assert "3 people are affected" in response.text
    assert "Zq7 silent" in response.text
    assert "Zq7 declined" not in response.text


def test_cancel_page_says_that_nobody_is_told_where_nobody_is(client, event, chair, member):
    make_participation(event=event, member=member, answer="no")
    client.force_login(chair)

    page = client.get(CANCEL).text

    assert "Nobody is told: no one is invited" in page
    assert "affected and will be told" not in page


def test_cancel_page_shows_organisations_as_each_has_chosen(client, event, chair):
    for name, shows in (("zq7-open", True), ("zq7-shy", False)):
        guest = make_member(organisation=make_organisation(name=name), shows_organisation=shows)
        make_participation(event=event, member=guest, answer="yes")
    client.force_login(chair)

    assert re.findall(r"zq7-\w+", client.get(CANCEL).text) == ["zq7-open"]


def test_cancel_cancels_once_and_says_how_many_are_told(client, event, chair, member):
    make_participation(event=event, member=member, answer="yes")
    client.force_login(chair)

    response = client.post(CANCEL, {"reason": "The speaker is unwell."}, follow=True)
    again = client.post(CANCEL, {"reason": "Another."}, follow=True)

    event.refresh_from_db()
    assert (event.state, event.cancel_reason) == ("cancelled", "The speaker is unwell.")
    assert "Event cancelled. 1 person will be told." in response.text
    assert "Only an event that lies ahead can be cancelled." in again.text
    assert OutgoingMail.objects.filter(kind="event_cancelled").count() == 1


def test_cancel_refuses_a_reason_of_two_lines(client, event, chair):
    client.force_login(chair)

    response = client.post(CANCEL, {"reason": "One\r\nBcc: two@example.org"})

    event.refresh_from_db()
    assert event.is_scheduled
    assert "Please write this on one line" in response.text


def test_cancel_of_what_is_over_offers_no_button(client, event, chair):
    Event.objects.update(starts_at=NOW - timedelta(hours=3), ends_at=NOW - timedelta(hours=1))
    client.force_login(chair)

    page = client.get(CANCEL).text

    assert "Only an event that lies ahead can be cancelled." in page
    assert 'name="reason"' not in page


@pytest.mark.parametrize("url", [EDIT, CANCEL])
def test_leading_needs_the_csrf_token(event, chair, csrf_client, url):
    csrf_client.force_login(chair)

    assert csrf_client.post(url, data_of(event, title="Changed")).status_code == 403
    event.refresh_from_db()
    assert (event.title, event.state) == ("Talk", "scheduled")


@pytest.mark.parametrize("count", [1, 3, 300])
@pytest.mark.parametrize("url", [EDIT, CANCEL])
def test_leading_costs_the_same_whatever_is_affected(client, event, chair, url, count, django_assert_max_num_queries):
    for _number in range(count):
        make_participation(event=event, member=make_member())
    client.force_login(chair)
    client.get(url)

    with django_assert_max_num_queries(10) as queries:
        client.get(url)

    assert len(queries) == {EDIT: 5, CANCEL: 7}[url]
