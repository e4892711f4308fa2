"""One publication: who gets in, what the page shows to whom, where else it shows, and the number of queries."""

import re
from datetime import date
from html import unescape

import pytest

from tests.budget import queries_of
from tests.make import make_event, make_member, make_participation, make_publication, make_topic, make_version

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]

pytestmark = pytest.mark.usefixtures("frozen")


def login(client, request, who):
    reader = request.getfixturevalue(who)
    if reader:
        client.force_login(reader)
    return reader


def status_of(client, url, headers=None):
    response = client.get(url, headers=headers)
    response.getvalue()  # Reading a file to its end closes it.
    return response.status_code


@pytest.mark.parametrize(
    ("visibility", "state", "welcome"),
    [
        ("public", "published", CAST),
        ("members", "published", CAST[:5]),
        ("group", "published", CAST[:4]),
        ("coordinators", "published", CAST[:2]),
        ("public", "draft", CAST[:2]),
    ],
)
def test_publication_and_file_open_to_those_who_may_see_it(client, group, request, visibility, state, welcome):
    publication = make_publication(group=group, visibility=visibility, state=state)
    make_version(publication=publication)
    opened = {"": [], "file/": []}

    for who in CAST:
        client.logout()
        login(client, request, who)
        for page in opened:
            status = status_of(client, f"{publication.get_absolute_url()}{page}")
            assert status == (200 if who in welcome else 404)
            opened[page] += [who] if status == 200 else []

    assert opened == {"": welcome, "file/": welcome}


@pytest.mark.parametrize("page", ["", "file/"])
def test_publication_hidden_answers_like_one_that_is_missing(client, group, other_member, page):
    publication = make_publication(group=group)
    make_version(publication=publication)
    client.force_login(other_member)

    hidden = client.get(f"{publication.get_absolute_url()}{page}")
    missing = client.get(f"/publications/no-such-paper/{page}")

    assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content)
    assert dict(hidden.headers) == dict(missing.headers)


def test_publication_shows_its_facts(client, group):
    group.visibility = "public"
    group.save()
    publication = make_publication(
        group=group,
        visibility="public",
        title="Paper <1>",
        subtitle="And what follows",
        language="de",
        published_on=date(2023, 11, 1),
        day_is_known=False,
        abstract="**Bold** <script>a</script> ![x](https://example.net/x.png)",
        authors=(),
    )
    publication.authors.create(position=2, organisation="Second institute")
    publication.authors.create(
        position=1, name="Zoë First", organisation="First institute", orcid="0000-0002-1825-0097"
    )
    publication.topics.add(make_topic(title="Registries", slug="registries"))
    make_version(publication=publication)
    make_version(publication=publication, note="Newer")

    page = client.get(publication.get_absolute_url()).text

    assert '<h1 lang="de">Paper &lt;1&gt;</h1>' in page
    assert "And what follows" in page
    assert '<time datetime="2023-11">November 2023</time>' in page
    assert "<strong>Bold</strong>" in page
    assert "<script>" not in page
    assert "<img" not in page
    assert page.index("Zoë First") < page.index("Second institute")
    assert 'href="https://orcid.org/0000-0002-1825-0097"' in page
    assert 'href="/topics/registries/"' in page
    assert 'href="/groups/working-group/"' in page
    assert re.search(r"PDF, \d+\sbytes, 1 page, German", page)
    assert "Draft" not in page


def test_publication_names_neither_group_nor_events_the_reader_may_not_see(client, group, chair):
    group.visibility = "group"
    group.save()
    publication = make_publication(group=group, visibility="public")
    for visibility in ("public", "group"):
        publication.events.add(make_event(group=group, visibility=visibility, title=f"zq7-{visibility}"))
    publication.events.add(make_event(group=group, visibility="public", state="draft", title="zq7-draft"))

    page = client.get(publication.get_absolute_url()).text
    assert set(re.findall(r"zq7-\w+", page)) == {"zq7-public"}
    assert group.name not in page
    client.force_login(chair)
    page = client.get(publication.get_absolute_url()).text
    assert set(re.findall(r"zq7-\w+", page)) == {"zq7-public", "zq7-group"}
    assert group.name in page


@pytest.mark.parametrize("who", ["chair", "other_member"])
def test_draft_says_that_it_is_one_and_who_reads_it(client, group, other_member, request, who):
    publication = make_publication(group=group, state="draft")
    publication.authors.update(member=other_member)
    client.force_login(request.getfixturevalue(who))

    page = client.get(publication.get_absolute_url()).text

    assert "Seen by the group's chair and coordinators, the authors and the secretariat only." in page
    assert "There is no file yet." in page
    assert "Open on the desk" not in page


@pytest.mark.parametrize("who", CAST)
def test_event_shows_its_papers_to_those_who_may_see_them(client, group, request, who):
    event = make_event(group=group, visibility="public")
    for visibility in ("public", "members", "group", "coordinators"):
        make_publication(group=group, visibility=visibility, title=f"zq7-{visibility}").events.add(event)
    make_publication(group=group, visibility="public", state="draft", title="zq7-draft").events.add(event)
    make_publication(group=group, visibility="public", title="zq7-elsewhere")
    login(client, request, who)

    page = client.get(event.get_absolute_url()).text

    seen = {"coordinator": 4, "chair": 4, "member": 3, "observer": 3, "other_member": 2}.get(who, 1)
    assert set(re.findall(r"zq7-\w+", page)) == {
        f"zq7-{each}" for each in ("public", "members", "group", "coordinators")[:seen]
    }


def test_event_without_papers_has_no_empty_section(client, group, member):
    event = make_event(group=group)
    client.force_login(member)

    assert "Papers" not in client.get(event.get_absolute_url()).text


def test_narrowing_and_suspension_take_effect_at_once(client, group, other_member, member):
    publication = make_publication(group=group, visibility="members")
    version = make_version(publication=publication)
    url = f"{publication.get_absolute_url()}file/"
    etag = {"If-None-Match": f'"{version.sha256}"'}
    client.force_login(other_member)
    assert status_of(client, url, etag) == 304

    publication.visibility = "group"
    publication.save()
    assert status_of(client, url, etag) == 404
    client.force_login(member)
    assert status_of(client, url) == 200
    member.become(member.Status.SUSPENDED)
    assert status_of(client, url, etag) == 404


@pytest.mark.parametrize("count", [1, 3, 300])
def test_publication_costs_the_same_whatever_is_on_it(client, group, coordinator, chair, member, count):
    readers = {"stranger": None, "coordinator": coordinator, "chair": chair, "member": member}
    publication = make_publication(group=group, visibility="public", authors=[f"Author {n}" for n in range(count)])
    publication.topics.add(*(make_topic() for _number in range(min(count, 10))))
    guest = make_member()
    for _number in range(count):
        event = make_event(group=group, visibility="public")
        make_participation(event=event, member=guest)
        publication.events.add(event)
    make_version(publication=publication)

    costs = {who: queries_of(client, reader, publication.get_absolute_url()) for who, reader in readers.items()}
    files = {
        who: queries_of(client, reader, f"{publication.get_absolute_url()}file/") for who, reader in readers.items()
    }

    assert costs == {"stranger": 5, "coordinator": 10, "chair": 10, "member": 10}
    assert files == {"stranger": 2, "coordinator": 5, "chair": 5, "member": 5}


def metas(page):
    """[(name, content)] of the head, in order."""
    return [
        (name, unescape(content))
        for name, content in re.findall(r'<meta name="((?:citation_|DC\.)[^"]+)"\s+content="([^"]*)">', page)
    ]


def test_public_publication_tells_reference_managers_what_it_is(client, group):
    publication = make_publication(
        group=group,
        visibility="public",
        slug="paper",
        title='Paper "1" & more',
        published_on=date(2023, 11, 5),
        doi="10.5281/zenodo.1",
        licence="CC-BY-4.0",
        authors=("Ada Author", "Institute for A"),
    )
    publication.topics.add(make_topic(title="Registries"))
    make_version(publication=publication)

    found = metas(client.get("/publications/paper/").text)

    url = "http://localhost:8000/publications/paper/"
    group_name = "Carbon Market Mechanisms Working Group"
    assert found == [
        ("citation_title", 'Paper "1" & more'),
        ("citation_author", "Ada Author"),
        ("citation_author", "Institute for A"),
        ("citation_publication_date", "2023/11/05"),
        ("citation_technical_report_institution", group_name),
        ("citation_language", "en"),
        ("citation_abstract_html_url", url),
        ("citation_pdf_url", f"{url}file/"),
        ("citation_doi", "10.5281/zenodo.1"),
        ("citation_keywords", "Registries"),
        ("DC.title", 'Paper "1" & more'),
        ("DC.creator", "Ada Author"),
        ("DC.creator", "Institute for A"),
        ("DC.subject", "Registries"),
        ("DC.description", "What it is about."),
        ("DC.publisher", group_name),
        ("DC.date", "2023-11-05"),
        ("DC.type", "Discussion paper"),
        ("DC.identifier", url),
        ("DC.identifier", "https://doi.org/10.5281/zenodo.1"),
        ("DC.language", "en"),
        ("DC.rights", "CC BY 4.0"),
        ("DC.rights", "https://creativecommons.org/licenses/by/4.0/"),
    ]


def test_paper_without_day_and_file_says_no_more_than_it_knows(client, group):
    make_publication(
        group=group, visibility="public", slug="paper", published_on=date(2023, 11, 1), day_is_known=False, authors=()
    )

    found = dict(metas(client.get("/publications/paper/").text))

    assert found["citation_publication_date"] == "2023/11"
    assert found["citation_author"] == "Carbon Market Mechanisms Working Group"
    assert "citation_pdf_url" not in found
    assert "citation_doi" not in found


@pytest.mark.parametrize(
    ("visibility", "state"),
    [("members", "published"), ("group", "published"), ("public", "draft"), ("public", "withdrawn")],
)
def test_what_is_not_to_be_found_tells_reference_managers_nothing(client, group, chair, visibility, state):
    publication = make_publication(group=group, visibility=visibility, state=state)
    client.force_login(chair)

    assert metas(client.get(publication.get_absolute_url()).text) == []


def citation_of(page):
    found = re.search(r'id="citation">(.*?)</p>', page, re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", "", found[1])).split()) if found else None


def test_publication_says_how_to_cite_it(client, group):
    make_publication(
        group=group,
        visibility="public",
        slug="paper",
        title="Whose reduction?",
        subtitle="Key issues",
        published_on=date(2023, 11, 1),
        day_is_known=False,
        authors=("Ada Author", "Institute for A"),
    )

    page = client.get("/publications/paper/").text

    assert citation_of(page) == (
        "Ada Author, Institute for A (2023). Whose reduction? Key issues. Discussion paper, November 2023. "
        "Carbon Market Mechanisms Working Group. http://localhost:8000/publications/paper/"
    )
    for ending in ("bib", "ris", "json"):
        assert f'href="/publications/paper.{ending}"' in page


def test_citation_names_the_group_once_where_the_paper_is_by_the_group(client, group):
    make_publication(
        group=group, visibility="public", slug="paper", title="Title", published_on=date(2023, 11, 5), authors=()
    )

    assert citation_of(client.get("/publications/paper/").text) == (
        "Carbon Market Mechanisms Working Group (2023). Title. Discussion paper, 5 November 2023. "
        "http://localhost:8000/publications/paper/"
    )


def test_suggested_citation_wins_and_a_draft_has_none(client, group, chair):
    make_publication(group=group, visibility="public", slug="paper", suggested_citation="Author <A>: My words.")
    make_publication(group=group, slug="draft", state="draft", suggested_citation="Not yet.")
    client.force_login(chair)

    assert citation_of(client.get("/publications/paper/").text) == "Author <A>: My words."
    assert citation_of(client.get("/publications/draft/").text) is None
    assert "draft.bib" not in client.get("/publications/draft/").text


def test_publication_leads_to_its_doi_its_licence_and_its_feeds(client, group):
    publication = make_publication(
        group=group, visibility="public", doi="10.1000/a(b)<c>".replace("<c>", "#c"), licence="CC-BY-SA-4.0"
    )
    publication.topics.add(make_topic(slug="registries"))

    page = client.get(publication.get_absolute_url()).text

    assert 'href="https://doi.org/10.1000/a(b)%23c"' in page
    assert 'href="https://creativecommons.org/licenses/by-sa/4.0/"' in page
    assert 'href="/publications/feed/?topic=registries"' in page
