"""The head of public pages, for search engines and messengers; that of a page strangers do not see says nothing."""

import json
import re
from html import unescape

import pytest

from tests.make import make_event, make_group, make_legal_text, make_publication, make_topic, make_version

pytestmark = [pytest.mark.usefixtures("frozen"), pytest.mark.django_db]

SITE = r"http://localhost:\d+"


def shared(client, url):
    """What the head says: {name or property: content}, the canonical address under its own name."""
    head = client.get(url).text.partition("</head>")[0]
    said = dict(re.findall(r'<meta (?:name|property)="(description|og:\w+)" content="([^"]*)">', head))
    found = re.search(rf'<link rel="canonical" href="{SITE}([^"]*)">', head)
    said |= {"canonical": found[1]} if found else {}
    return {name: unescape(words) for name, words in said.items()}


def linked(client, url):
    [text] = re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', client.get(url).text)
    return json.loads(text)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("/", "Carbon Market Mechanisms Working Group"),
        ("/about/", "About the group"),
        ("/topics/", "Topics"),
        ("/topics/known/", "Baselines"),
        ("/groups/known/", "Open group"),
        ("/events/", "Events"),
        ("/events/known/", "Round table"),
        ("/publications/", "Publications"),
        ("/publications/known/", "A paper"),
        ("/imprint/", "Imprint"),
        ("/join/", "Ask to take part"),
    ],
)
def test_public_page_says_what_it_is(client, url, title):
    group = make_group(slug="known", name="Open group", visibility="public", purpose="To *meet*.")
    make_topic(slug="known", title="Baselines", covers="How they are set.")
    make_event(group=group, slug="known", title="Round table", lead="Why we meet.", visibility="public")
    make_publication(group=group, slug="known", title="A paper", visibility="public")
    make_legal_text(kind="imprint", body="# Who\n\nWe, in [Freiburg](https://example.org).")

    said = shared(client, url)

    assert said["og:title"] == title
    assert said["canonical"] == url
    assert said["og:url"].endswith(url)
    assert (said["og:site_name"], said["og:locale"]) == ("Carbon Market Mechanisms Working Group", "en_GB")
    assert said["og:type"] == ("article" if url == "/publications/known/" else "website")
    assert said["description"] == said["og:description"]
    assert re.fullmatch(rf"{SITE}/static/portal/card(\.\w+)?\.png", said["og:image"])
    assert len(said["description"]) > 5


def test_description_is_one_short_line_without_markup(client, group):
    words = "**Bold** words,\n\nmany of them. " * 20
    make_publication(group=group, slug="long", abstract=words, visibility="public", title='">&<b>')

    said = shared(client, "/publications/long/")

    assert said["og:title"] == '">&<b>'
    assert said["description"].startswith("Bold words, many of them. Bold words,")
    assert len(said["description"]) == 200
    assert said["description"].endswith("…")


@pytest.mark.parametrize("visibility", ["members", "group", "coordinators"])
def test_page_that_strangers_do_not_see_says_nothing_to_others(client, coordinator, visibility):
    group = make_group(slug="closed", visibility=visibility)
    event = make_event(group=group, visibility=visibility)
    paper = make_publication(group=group, visibility=visibility)
    draft = make_publication(group=group, visibility="public", state="draft")
    withdrawn = make_publication(group=group, visibility="public", state="withdrawn")
    client.force_login(coordinator)

    for url in ("/groups/closed/", *(thing.get_absolute_url() for thing in (event, paper, draft, withdrawn))):
        assert client.get(url).status_code == 200
        assert shared(client, url) == {}, url
        assert "ld+json" not in client.get(url).text


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", "/events/"),
        ("?page=1", "/events/"),
        ("?page=2", "/events/?page=2"),
        ("?page=02", "/events/?page=2"),
        ("?page=2&kind=webinar", "/events/"),
        ("?kind=webinar&q=x", "/events/"),
        ("?page=%D9%A2", "/events/"),
        ("?page=-3", "/events/"),
        ("?utm_source=%22%3E", "/events/"),
    ],
)
def test_canonical_address_leaves_out_what_narrows_a_list(client, query, canonical):
    assert shared(client, f"/events/{query}")["canonical"] == canonical


def test_canonical_address_is_below_the_sites_own_whatever_host_was_asked(client, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://portal.example.org", ["*"]

    head = client.get("/about/", headers={"Host": "evil.example"}).text.partition("</head>")[0]

    assert '<link rel="canonical" href="https://portal.example.org/about/">' in head
    assert "evil" not in head


def test_home_tells_search_engines_who_the_group_is(client):
    said = linked(client, "/")

    assert said["@type"] == "Organization"
    assert said["name"] == "Carbon Market Mechanisms Working Group"
    assert said["foundingDate"] == "2019-06"


def test_paper_tells_search_engines_what_strangers_see(client, group):
    paper = make_publication(
        group=group,
        slug="known",
        title="A paper </script>",
        subtitle="And more",
        abstract="What *it* says.",
        doi="10.5281/zenodo.1",
        licence="CC-BY-4.0",
        visibility="public",
        authors=("Ada Author",),
    )
    paper.authors.update(organisation="Institute", orcid="0000-0002-1825-0097")
    paper.authors.create(position=2, organisation="The secretariat")
    version = make_version(publication=paper)

    said = linked(client, "/publications/known/")

    assert re.fullmatch(rf"{SITE}/publications/known/", said.pop("url"))
    assert re.fullmatch(rf"{SITE}/publications/known/file/", said["encoding"].pop("contentUrl"))
    assert said.pop("publisher")["name"] == "Carbon Market Mechanisms Working Group"
    assert said == {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle",
        "headline": "A paper </script>",
        "alternativeHeadline": "And more",
        "author": [
            {
                "@type": "Person",
                "name": "Ada Author",
                "affiliation": {"@type": "Organization", "name": "Institute"},
                "sameAs": "https://orcid.org/0000-0002-1825-0097",
            },
            {"@type": "Organization", "name": "The secretariat"},
        ],
        "datePublished": "2027-02-19",
        "abstract": "What it says.",
        "inLanguage": "en",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "identifier": {"@type": "PropertyValue", "propertyID": "DOI", "value": "10.5281/zenodo.1"},
        "sameAs": "https://doi.org/10.5281/zenodo.1",
        "isAccessibleForFree": True,
        "encoding": {
            "@type": "MediaObject",
            "encodingFormat": "application/pdf",
            "contentSize": f"{version.size} B",
        },
    }


@pytest.mark.parametrize(
    ("fields", "absent"),
    [
        ({"licence": "all-rights-reserved"}, {"license", "identifier", "sameAs", "encoding"}),
        ({"licence": "", "abstract": ""}, {"license", "abstract"}),
    ],
)
def test_paper_leaves_out_what_does_not_hold(client, group, fields, absent):
    make_publication(group=group, slug="known", visibility="public", **fields)

    assert absent.isdisjoint(linked(client, "/publications/known/"))


def test_paper_without_authors_is_by_the_group(client, group):
    make_publication(group=group, slug="known", visibility="public", authors=())

    assert [author["alternateName"] for author in linked(client, "/publications/known/")["author"]] == ["CMM-WG"]
