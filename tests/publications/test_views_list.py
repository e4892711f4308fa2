"""The list of publications: who sees what, filters, pages, and its number of queries."""

import re
from datetime import date

import pytest
from django.urls import reverse

from apps.members.models import Phase
from tests.budget import queries_of
from tests.make import make_group, make_publication, make_topic

URL = "/publications/"
CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


def listed(response):
    return [row.publication for row in response.context["rows"]]


def test_publication_list_address_is_the_contract():
    assert reverse("publications:list") == URL


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("coordinator", {"public", "members", "group", "coordinators"}),
        ("chair", {"public", "members", "group", "coordinators"}),
        ("member", {"public", "members", "group"}),
        ("observer", {"public", "members", "group"}),
        ("other_member", {"public", "members"}),
        ("suspended", {"public"}),
        ("stranger", {"public"}),
    ],
)
def test_publication_list_shows_each_what_they_may_see(client, group, request, who, seen):
    for visibility in ("public", "members", "group", "coordinators"):
        make_publication(group=group, visibility=visibility, title=f"zq7-{visibility}")
    make_publication(group=group, visibility="public", state="draft", title="zq7-draft")
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    page = client.get(URL).text

    assert set(re.findall(r"zq7-\w+", page)) == {f"zq7-{visibility}" for visibility in seen}


def test_publication_list_has_the_latest_first(client, group, member):
    client.force_login(member)
    old = make_publication(group=group, published_on=date(2022, 12, 22))
    new = make_publication(group=group, published_on=date(2023, 11, 1), day_is_known=False)
    same_day = make_publication(group=group, published_on=date(2022, 12, 22))

    response = client.get(URL)

    assert listed(response) == [new, same_day, old]
    assert re.findall(r'<time datetime="([\d-]+)">([^<]+)', response.text) == [
        ("2023-11", "Nov 2023"),
        ("2022-12-22", "Dec 2022"),
        ("2022-12-22", "Dec 2022"),
    ]


def test_publication_list_names_the_authors(client, group, member):
    client.force_login(member)
    make_publication(group=group, authors=("Ada Author", "Institute for <b>"))

    assert "Ada Author, Institute for &lt;b&gt;" in client.get(URL).text


def test_publication_list_shows_drafts_of_their_groups_to_those_who_lead(
    client, group, other_group, chair, coordinator
):
    mine = make_publication(group=group, state="draft")
    theirs = make_publication(group=other_group, state="draft")

    client.force_login(chair)
    assert listed(client.get(URL, {"show": "drafts"})) == [mine]
    assert "Drafts of your groups" in client.get(URL).text
    client.force_login(coordinator)
    assert listed(client.get(URL, {"show": "drafts"})) == [theirs, mine]


@pytest.mark.parametrize("who", ["member", "observer", "other_member", "suspended", "stranger"])
def test_publication_list_offers_no_drafts_to_others(client, group, request, who):
    make_publication(group=group, visibility="public", state="draft", title="zq7-draft")
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)

    page = client.get(URL, {"show": "drafts"}).text

    assert "zq7-draft" not in page
    assert "Drafts" not in page


def test_publication_list_narrows_by_every_filter(client, group, other_group, coordinator):
    client.force_login(coordinator)
    area = make_topic(slug="area")
    finer = make_topic(slug="finer", parent=area)
    wanted = make_publication(group=group, kind="policy_brief", published_on=date(2023, 12, 31))
    wanted.topics.add(finer, area)
    make_publication(group=other_group, published_on=date(2024, 1, 1))

    for query in (
        {"kind": "policy_brief"},
        {"year": "2023"},
        {"topic": "area"},
        {"topic": "finer"},
        {"group": "working-group"},
    ):
        assert listed(client.get(URL, query)) == [wanted], query


def test_publication_list_offers_only_what_the_reader_may_see(client, group, other_member):
    make_group(name="Hidden group", slug="hidden", visibility="group")
    make_group(name="Shown group", slug="shown", visibility="members")
    make_publication(group=group, visibility="group", published_on=date(1999, 1, 1))
    make_publication(group=group, visibility="public", published_on=date(2021, 1, 1))
    make_publication(group=group, visibility="public", published_on=date(2023, 1, 1))
    client.force_login(other_member)

    page = client.get(URL).text

    assert re.findall(r"<option>(\d{4})</option>", page) == ["2023", "2021"]
    assert "Shown group" in page
    assert "Hidden group" not in page


@pytest.mark.parametrize(
    "query",
    ["kind=nonsense", "topic=none", "year=99999999999999999999", "year=x", "group=%00", "page=1e309", "page=-1",
     "page=" + "9" * 5000, "show=%F0%9F%98%80", "kind=%27%20OR%201%3D1--"],
)  # fmt: skip
def test_publication_list_never_breaks_on_a_query(client, group, member, query):
    make_publication(group=group)
    client.force_login(member)

    response = client.get(f"{URL}?{query}")

    assert response.status_code == (400 if "%00" in query else 200)


def test_publication_list_has_fifty_a_page(client, group, member):
    client.force_login(member)
    papers = [make_publication(group=group, published_on=date(2024, 1, 1)) for _number in range(51)]

    assert listed(client.get(URL)) == papers[:0:-1]
    assert listed(client.get(URL, {"page": 2})) == papers[:1]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_publication_list_costs_the_same_whatever_its_length(client, group, coordinator, chair, member, count):
    readers = {"stranger": None, "coordinator": coordinator, "chair": chair, "member": member}
    topic = make_topic()
    for _number in range(count):
        make_publication(group=group, visibility="public", authors=("One", "Two")).topics.add(topic)

    costs = {who: queries_of(client, reader, URL) for who, reader in readers.items()}

    assert costs == {"stranger": 3, "coordinator": 7, "chair": 7, "member": 7}


def test_empty_list_says_what_to_do(client, member):
    assert "Only public papers are shown." in client.get(URL).text
    client.force_login(member)
    assert "Nothing has been published yet." in client.get(URL).text
    assert "No publication fits this choice." in client.get(URL, {"kind": "policy_brief"}).text


def test_publication_list_narrows_by_phase(client, group, member):
    client.force_login(member)
    first = Phase.objects.create(name="Phase I", starts_on=date(2019, 6, 1), ends_on=date(2022, 12, 31))
    second = Phase.objects.create(name="Phase II", starts_on=date(2022, 1, 1))
    papers = [make_publication(group=group, published_on=date(year, 12, 31)) for year in (2018, 2021, 2022, 2023)]

    assert listed(client.get(URL, {"phase": first.pk})) == [papers[2], papers[1]]
    assert listed(client.get(URL, {"phase": second.pk})) == [papers[3], papers[2]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("nguyen", ["Nguyễn"]),
        ("NGUYỄN anh", ["Nguyễn"]),
        ("nguyen bert", []),
        ("小明", ["Wang"]),
        ("institute", ["Institute"]),
        (".*", []),
        ("(", []),
        ("  ", ["Nguyễn", "Wang", "Institute"]),
        ("x" * 101, None),
    ],
)
def test_publication_list_narrows_by_author(client, group, member, asked, found):
    client.force_login(member)
    titles = {"Nguyễn": ("Anh Nguyễn",), "Wang": ("王小明", "Bert Author"), "Institute": ("Institute for A",)}
    for day, (title, authors) in enumerate(titles.items(), start=1):
        make_publication(group=group, title=title, authors=authors, published_on=date(2024, 1, 10 - day))

    response = client.get(URL, {"author": asked})

    assert response.status_code == 200
    if found is not None:
        assert [paper.title for paper in listed(response)] == found


def test_author_finds_nothing_the_reader_may_not_see(client, group, other_member):
    make_publication(group=group, visibility="group", authors=("Zq7 Hidden",))
    make_publication(group=group, visibility="public", state="draft", authors=("Zq7 Draft",))
    client.force_login(other_member)

    assert listed(client.get(URL, {"author": "zq7"})) == []


def test_publication_list_answers_htmx_with_the_list_alone(client, group, member):
    make_publication(group=group, title="zq7-old", published_on=date(2022, 12, 22))
    make_publication(group=group, title="zq7-new", published_on=date(2023, 12, 22))
    client.force_login(member)

    answer = client.get(f"{URL}?year=2022&kind=", headers={"HX-Request": "true"})

    assert "<html" not in answer.text
    assert set(re.findall(r"zq7-\w+", answer.text)) == {"zq7-old"}
    assert "1 publication</span>" in answer.text
    assert answer.headers["HX-Push-Url"] == f"{URL}?year=2022"
    assert "HX-Request" in answer.headers["Vary"]


def test_publication_list_keeps_to_drafts_when_it_is_narrowed(client, group, chair):
    make_publication(group=group, state="draft")
    client.force_login(chair)

    page = client.get(f"{URL}?show=drafts&kind=policy_brief").text

    assert '<input type="hidden" name="show" value="drafts">' in page
    assert re.search(r'<a class="plain" href="\?show=drafts">\s*Clear all', page)


def test_tabs_keep_what_was_narrowed_in_place(client, group, chair):
    make_publication(group=group, state="draft")
    client.force_login(chair)

    part = client.get(f"{URL}?kind=policy_brief", headers={"HX-Request": "true"}).text

    tabs = part.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert 'hx-swap-oob="true"' in tabs
    assert re.findall(r'href="([^"]*)"', tabs) == ["?kind=policy_brief", "?kind=policy_brief&amp;show=drafts"]
