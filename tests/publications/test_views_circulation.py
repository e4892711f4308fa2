"""The page of a circulation: who gets in, what it says to whom, and the number of queries."""

from datetime import timedelta

import pytest

from apps.notifications import outbox
from apps.notifications.recipients import recipient_of
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


def test_one_button_says_that_there_are_no_comments(client, circulation, other_member):
    row = make_consultee(circulation=circulation, member=other_member, is_reviewer=True)
    url = f"{circulation.get_absolute_url()}none/"
    client.force_login(other_member)
    assert "I have no comments" in client.get(circulation.get_absolute_url()).text

    first, second = (client.post(url, follow=True) for _click in range(2))

    row.refresh_from_db()
    assert (row.has_no_comments, row.answered_on) == (True, NOW.date())
    assert "Noted: you have no comments." in first.text
    assert "I have no comments" not in second.text


@pytest.mark.parametrize(("who", "status"), [("member", 404), ("chair", 302), ("stranger", 302)])
def test_nobody_answers_who_is_not_asked(client, circulation, request, who, status):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert client.post(f"{circulation.get_absolute_url()}none/").status_code == status
    assert client.get(f"{circulation.get_absolute_url()}none/").status_code in (302, 405)
    assert not circulation.consultees.exists()


def test_button_after_the_deadline_answers_with_a_sentence(client, circulation, other_member):
    make_consultee(circulation=circulation, member=other_member, is_reviewer=True)
    Circulation.objects.update(deadline_at=NOW - timedelta(minutes=1))
    client.force_login(other_member)

    answer = client.post(f"{circulation.get_absolute_url()}none/", follow=True)

    assert "The deadline has passed." in answer.text


def test_for_you_begins_with_owed_answers(client, group, other_member, circulation):
    make_consultee(circulation=circulation, member=other_member, is_reviewer=True)
    read = make_circulation(publication=make_publication(group=group, state="circulating", title="Registries"))
    make_consultee(circulation=read, member=other_member)
    over = make_circulation(publication=make_publication(group=group, state="circulating"))
    make_consultee(circulation=over, member=other_member, is_reviewer=True)
    Circulation.objects.filter(pk=over.pk).update(deadline_at=NOW - timedelta(minutes=1))
    client.force_login(other_member)

    page = client.get("/dashboard/")

    assert [standing.circulation for standing in page.context["owed"]] == [circulation]
    assert [standing.circulation for standing in page.context["papers"]] == [read]
    assert "1 thing needs you" in page.text
    client.post(f"{circulation.get_absolute_url()}none/", {"from": "dashboard"})
    assert client.get("/dashboard/").context["owed"] == []


def test_for_you_and_notices_take_the_same_few_queries_with_many_papers(client, group, other_member):
    def another():
        circulation = make_circulation(publication=make_publication(group=group, state="circulating"))
        make_consultee(circulation=circulation, member=other_member, is_reviewer=True)
        outbox.notify("circulation_invitation", circulation, [recipient_of(other_member)], "x")

    another()
    pages = ("/dashboard/", "/notifications/")
    few = [queries_of(client, other_member, page) for page in pages]
    for _number in range(4):
        another()

    assert [queries_of(client, other_member, page) for page in pages] == few
    assert max(few) <= 10


def test_page_of_a_draft_leads_to_its_circulations(client, circulation, chair, coordinator):
    for reader in (chair, coordinator):
        client.force_login(reader)
        page = client.get(circulation.publication.get_absolute_url())
        assert page.context["circulations"] == [circulation]
        assert circulation.get_absolute_url() in page.text


def test_leads_find_the_circulation_of_a_paper_that_is_out(client, circulation, request, member, other_member):
    make_consultee(circulation=circulation, member=other_member)
    Circulation.objects.update(state="closed")
    paper = circulation.publication
    paper.state, paper.visibility, paper.published_on = "published", "members", NOW.date()
    paper.save()
    found = []

    for who in ("coordinator", "chair", "member", "other_member"):
        client.force_login(request.getfixturevalue(who))
        if circulation.get_absolute_url() in client.get(paper.get_absolute_url()).text:
            found.append(who)

    assert found == ["coordinator", "chair"]
