"""The page of a circulation: who gets in, what it says to whom, and the number of queries."""

from datetime import timedelta

import pytest

from apps.publications.models import Circulation
from tests.budget import queries_of
from tests.make import NOW, make_circulation, make_consultee, make_member, make_publication

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="circulating", visibility="group", title="Letters")
    return make_circulation(publication=paper, instructions="Look at **section 3**.", confidentiality="Do not share.")


def opened_to(client, request, url):
    found = []
    for who in CAST:
        client.logout()
        reader = request.getfixturevalue(who)
        if reader:
            client.force_login(reader)
        status = client.get(url).status_code
        assert status in ((200, 404) if reader and reader.is_active else (302, 404))
        found += [who] if status == 200 else []
    return found


@pytest.mark.parametrize(
    ("state", "welcome"),
    [
        ("prepared", ["coordinator", "chair"]),
        ("open", ["coordinator", "chair", "other_member"]),
        ("closed", ["coordinator", "chair", "other_member"]),
        ("cancelled", ["coordinator", "chair"]),
    ],
)
def test_circulation_opens_to_those_who_lead_and_who_are_asked(
    client, circulation, request, other_member, suspended, state, welcome
):
    for person in (other_member, suspended):
        make_consultee(circulation=circulation, member=person)
    Circulation.objects.update(state=state)

    assert opened_to(client, request, circulation.get_absolute_url()) == welcome


def test_address_of_another_paper_leads_nowhere(client, circulation, coordinator):
    other = make_publication(group=circulation.publication.group)
    client.force_login(coordinator)

    url = circulation.get_absolute_url().replace(circulation.publication.slug, other.slug)

    assert client.get(url).status_code == 404


def test_reviewer_reads_what_is_owed_until_when_and_under_which_rules(client, circulation, other_member):
    make_consultee(circulation=circulation, member=other_member, is_reviewer=True)
    type(other_member).objects.update(time_zone="Pacific/Apia")
    client.force_login(other_member)

    text = client.get(circulation.get_absolute_url()).text

    assert "You owe an answer" in text
    assert "end of Thursday 11 March 2027, anywhere on earth (UTC-12)" in text
    assert "Sat 13 March 2027, 01:00" in text
    assert "<strong>section 3</strong>" in text
    assert "Do not share." in text
    assert "Who is asked" not in text


def test_chair_sees_who_is_asked_and_an_answer_from_the_day_after(client, circulation, chair):
    for name, day in (("Ann", NOW.date()), ("Ben", NOW.date() - timedelta(days=1))):
        make_consultee(circulation=circulation, member=make_member(name=name), is_reviewer=True, answered_on=day)
    make_consultee(circulation=circulation, member=make_member(name="Cho"))
    client.force_login(chair)

    page = client.get(circulation.get_absolute_url())

    shown = [(str(person), person.is_reviewer, bool(person.answered_on)) for person in page.context["participants"]]
    assert shown == [("Ann", True, False), ("Ben", True, True), ("Cho", False, False)]
    assert (page.context["counts"].reviewers, page.context["counts"].reviewers_answered) == (2, 1)


def test_reader_with_more_time_reads_their_own_deadline(client, circulation, other_member):
    make_consultee(circulation=circulation, member=other_member, extended_until=circulation.deadline_at + timedelta(2))
    client.force_login(other_member)

    text = client.get(circulation.get_absolute_url()).text

    assert "Sun 14 March 2027, 12:00" in text
    assert "longer for you" in text


@pytest.mark.parametrize("who", ["chair", "other_member"])
def test_page_takes_the_same_few_queries_for_1_3_and_300_people(client, circulation, other_member, request, who):
    reader = request.getfixturevalue(who)
    make_consultee(circulation=circulation, member=other_member)
    counts = [queries_of(client, reader, circulation.get_absolute_url())]
    for more in (2, 297):
        for _number in range(more):
            make_consultee(circulation=circulation)
        counts.append(queries_of(client, reader, circulation.get_absolute_url()))

    assert counts[0] <= 10
    assert counts == [counts[0]] * 3
