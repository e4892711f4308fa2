"""The directory of members: who gets in, what narrows and sorts it, in place and without scripts, and its cost."""

import re

import pytest

from apps.members.models import Member
from apps.members.permissions import Role
from tests.budget import queries_of
from tests.make import make_group, make_member, make_membership, make_organisation, make_topic

URL = "/members/"


def names(response):
    return [row.name for row in response.context["rows"]]


@pytest.mark.parametrize("url", [URL, "/members/1/", "/settings/profile/preview/", "/groups/working-group/members/"])
@pytest.mark.parametrize("who", ["stranger", "suspended"])
def test_people_are_closed_to_who_is_no_member(client, request, group, who, url):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    assert client.get(url).headers["Location"] == f"/accounts/login/?next={url}"


def test_directory_lists_active_people_by_name(client, coordinator, member, other_member, suspended):
    make_member(name="Unlisted", is_listed=False)
    client.force_login(member)

    response = client.get(URL)

    assert names(response) == ["Cora Coordinator", "Mina Member", "Otto Other"]
    assert "3 people" in response.text
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_directory_shows_staff_and_oneself_who_is_not_listed(client, coordinator):
    unlisted = make_member(name="Unlisted", is_listed=False)

    for reader in (coordinator, unlisted):
        client.force_login(reader)
        assert "Unlisted" in names(client.get(URL))
        assert "not listed" in client.get(URL).text


def test_directory_shows_what_each_person_shows(client, member):
    institute = make_organisation(name="Institute of Reeds", stakeholder_group="academia")
    person = make_member(name="Ada", organisation=institute, position="Director", country="WS")
    person.topics.add(make_topic(title="Reeds", position=1), make_topic(title="Rushes", position=0))
    client.force_login(member)

    response = client.get(URL)

    [row, _own] = response.context["rows"]
    assert (row.organisation, row.position, row.country) == ("Institute of Reeds", "Director", "Samoa")
    assert (row.stakeholders, row.topics) == ("Academia / research", ("Rushes", "Reeds"))
    for word in ("Institute of Reeds", "Director", "Samoa", "Academia / research", "Rushes, Reeds"):
        assert word in response.text


@pytest.fixture
def people(group, other_group, member):
    """Three people besides the reader, of whom only Ada fits every filter."""
    area = make_topic(slug="area")
    finer = make_topic(slug="finer", parent=area)
    reeds = make_organisation(name="Institute of Reeds", stakeholder_group="academia")
    ada = make_member(
        "ada@example.org", name="Ádá Nguyễn", organisation=reeds, country="WS", about="Mangroves, mostly."
    )
    ada.topics.add(finer)
    make_membership(group=other_group, member=ada)
    make_member(name="Bob", organisation=make_organisation(name="Zebra bank", stakeholder_group="bank"), country="DE")
    gone = make_membership(group=other_group, member=make_member(name="Cyd"))
    gone.end(gone.started_on)
    return ada


@pytest.mark.parametrize(
    "query",
    ["organisation={organisation}", "stakeholder_group=academia", "country=WS", "topic=area", "topic=finer",
     "group=other-group", "q=nguyen", "q=ADA", "q=reeds+mangroves", "q=ada+in"],
)  # fmt: skip
def test_directory_narrows_by_every_filter(client, people, member, query):
    client.force_login(member)

    response = client.get(f"{URL}?{query.format(organisation=people.organisation_id)}")

    assert names(response) == ["Ádá Nguyễn"]
    assert "1 person" in response.text


@pytest.mark.parametrize("query", ["q=ada+zebra", "q=ada@example.org", "country=WS&topic=area&q=bob"])
def test_directory_says_so_when_nobody_fits(client, people, member, query):
    client.force_login(member)

    response = client.get(f"{URL}?{query}")

    assert names(response) == []
    assert "Nobody fits this choice." in response.text
    assert "0 people" in response.text


def test_directory_sorts_by_organisation_with_those_without_one_last(client, people, member):
    client.force_login(member)

    assert names(client.get(f"{URL}?sort=organisation")) == ["Ádá Nguyễn", "Bob", "Cyd", "Mina Member"]


def test_directory_offers_only_groups_the_reader_may_see(client, other_member):
    make_group(name="Hidden group", slug="hidden", visibility="group")
    client.force_login(other_member)

    page = client.get(URL).text

    assert "Hidden group" not in page
    assert "Other group" in page
    assert "hidden is not one of the available choices" in client.get(f"{URL}?group=hidden").text


@pytest.mark.parametrize(
    "query",
    ["organisation=x", "organisation=99999999999999999999", "stakeholder_group=none", "country=XX", "topic=none",
     "group=none", "sort=email", "sort=-password", "q=" + "x" * 101],
)  # fmt: skip
def test_directory_says_what_it_does_not_know(client, people, member, query):
    client.force_login(member)

    response = client.get(f"{URL}?{query}")

    assert response.status_code == 200
    assert response.text.count('<p class="error">') == 1
    assert len(names(response)) == 4


@pytest.mark.parametrize(
    "query",
    ["q=%25", "q=_", "q=(((", "q=[", "q=%5C", "q='", "q=" + "a+" * 40, "q=%F0%9F%98%80", "q=*", "page=-1", "page=x",
     "page=99999999999999999999", "q=%00"],
)  # fmt: skip
def test_directory_never_breaks_on_a_query(client, member, query):
    client.force_login(member)

    assert client.get(f"{URL}?{query}").status_code == (400 if "%00" in query else 200)


def test_directory_has_fifty_a_page(client, member):
    for number in range(55):
        make_member(name=f"A {number:02}")
    client.force_login(member)

    assert names(client.get(URL)) == [f"A {number:02}" for number in range(50)]
    assert names(client.get(f"{URL}?page=2")) == [*(f"A {number}" for number in range(50, 55)), "Mina Member"]


def test_directory_gives_htmx_the_list_alone(client, people, member):
    client.force_login(member)

    response = client.get(f"{URL}?q=ada&organisation=&sort=", headers={"HX-Request": "true"})

    assert "<html" not in response.text
    assert re.findall(r'hx-swap-oob="innerHTML:#list-count">\s*([^<]*?)\s*<', response.text) == ["1 person"]
    assert "HX-Request" in response.headers["Vary"]
    assert response.headers["HX-Push-Url"] == "/members/?q=ada"


@pytest.mark.parametrize("count", [1, 3, 300])
def test_directory_costs_the_same_whatever_its_length(client, group, coordinator, member, count):
    topic = make_topic()
    for _number in range(count):
        make_member(group=group, organisation=make_organisation(), country="WS").topics.add(topic)

    costs = {who: queries_of(client, reader, URL) for who, reader in (("staff", coordinator), ("member", member))}
    searched = queries_of(client, member, f"{URL}?q=person&topic={topic.slug}&group=working-group&sort=organisation")

    assert (costs, searched) == ({"staff": 8, "member": 8}, 8)


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("coordinator", ["Chidi Chair", "Mina Member", "Shy", "Olu Observer"]),
        ("chair", ["Chidi Chair", "Mina Member", "Shy", "Olu Observer"]),
        ("member", ["Chidi Chair", "Mina Member", "Shy", "Olu Observer"]),
        ("observer", ["Chidi Chair", "Mina Member", "Shy", "Olu Observer"]),
        ("other_member", ["Chidi Chair"]),
    ],
)
def test_group_shows_its_people_to_its_own_and_its_leaders_to_others(
    client, request, group, chair, member, observer, suspended, who, seen
):
    make_member(name="Shy", group=group, is_listed=False, shows_groups=False)
    former = make_membership(group=group, member=make_member(name="Former"))
    former.end(former.started_on)
    client.force_login(request.getfixturevalue(who))

    page = client.get("/groups/working-group/").context
    every = client.get("/groups/working-group/members/")

    assert [row.name for row in [*page["leading"], *page["others"]]] == seen
    assert names(every) == seen
    assert re.findall(r">(?:<bdi>)?(chair|member|observer)(?:</bdi>)?<", every.text)[0] == "chair"


def test_group_links_to_pages_that_open_only(client, group, member):
    listed, shy = make_member(name="Listed", group=group), make_member(name="Shy", group=group, is_listed=False)
    client.force_login(member)

    for url in ("/groups/working-group/", "/groups/working-group/members/"):
        page = client.get(url).text
        assert f'href="{listed.get_absolute_url()}"' in page
        assert "Shy" in page
        assert f'href="{shy.get_absolute_url()}"' not in page


def test_group_of_many_shows_the_first_and_leads_to_all(client, group, member):
    for number in range(60):
        make_member(name=f"A {number:02}", group=group)
    client.force_login(member)

    page = client.get("/groups/working-group/")
    assert [row.name for row in page.context["others"]] == [f"A {number:02}" for number in range(25)]
    assert 'href="/groups/working-group/members/"' in page.text
    assert names(client.get("/groups/working-group/members/?page=2")) == [
        *(f"A {n}" for n in range(50, 60)),
        member.name,
    ]


def test_group_of_many_that_is_hidden_answers_like_one_that_is_missing(client, other_member):
    make_group(slug="hidden", visibility="group")
    client.force_login(other_member)

    hidden, missing = client.get("/groups/hidden/members/"), client.get("/groups/missing/members/")

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert hidden.status_code == 404


@pytest.mark.parametrize("count", [1, 3, 300])
def test_people_of_a_group_cost_the_same_whatever_their_number(client, group, coordinator, chair, member, count):
    for _number in range(count):
        make_member(group=group, organisation=make_organisation(), country="WS")

    readers = {"coordinator": coordinator, "chair": chair, "member": member}
    costs = {who: queries_of(client, reader, "/groups/working-group/members/") for who, reader in readers.items()}

    assert costs == {"coordinator": 7, "chair": 7, "member": 7}
    assert Member.objects.filter(memberships__role=Role.MEMBER).count() == count + 1
