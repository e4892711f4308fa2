"""What the protocol says no with: each code for its reason, in an answer that is whole."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import time_machine

from apps.publications.models import HarvestRecord
from apps.publications.oai import listing
from tests.budget import queries_of
from tests.make import NOW, make_publication, make_topic

OAI = "{http://www.openarchives.org/OAI/2.0/}"
LIST = "verb=ListRecords&metadataPrefix=oai_dc"

pytestmark = pytest.mark.usefixtures("frozen")


def ask(client, query, method="get"):
    """The answer's root element."""
    if method == "get":
        response = client.get(f"/oai?{query}")
    else:
        response = client.post("/oai", query, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    return ET.fromstring(response.content)


def codes(root):
    return [error.get("code") for error in root.findall(f"{OAI}error")]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=", "badVerb"),
        ("verb=identify", "badVerb"),
        ("verb=Nonsense", "badVerb"),
        ("verb=Identify&verb=Identify", "badVerb"),
        ("verb=Identify&from=2024-01-01", "badArgument"),
        ("verb=Identify&x=y", "badArgument"),
        ("verb=ListSets&from=2024-01-01", "badArgument"),
        ("verb=ListSets&resumptionToken=x", "badResumptionToken"),
        ("verb=ListMetadataFormats&identifier=oai:localhost:none", "idDoesNotExist"),
        ("verb=ListMetadataFormats&identifier=none", "idDoesNotExist"),
        ("verb=GetRecord", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc", "badArgument"),
        ("verb=GetRecord&identifier=oai:localhost:none", "badArgument"),
        ("verb=GetRecord&identifier=oai:localhost:none&metadataPrefix=oai_dc", "idDoesNotExist"),
        ("verb=GetRecord&identifier=oai:localhost:none&metadataPrefix=marc21", "cannotDisseminateFormat"),
        ("verb=ListRecords", "badArgument"),
        ("verb=ListRecords&metadataPrefix=", "badArgument"),
        ("verb=ListIdentifiers&metadataPrefix=marc21", "cannotDisseminateFormat"),
        (f"{LIST}&metadataPrefix=oai_dc", "badArgument"),
        (f"{LIST}&set=a&set=b", "badArgument"),
        (f"{LIST}&identifier=x", "badArgument"),
        (f"{LIST}&resumptionToken=x", "badArgument"),
        ("verb=ListRecords&resumptionToken=x", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=", "badResumptionToken"),
        (f"{LIST}&from=yesterday", "badArgument"),
        (f"{LIST}&from=2024-02-30", "badArgument"),
        (f"{LIST}&from=2024-01-01T25:00:00Z", "badArgument"),
        (f"{LIST}&from=2024-01-01T00:00:00", "badArgument"),
        (f"{LIST}&from=٢٠٢٤-01-01", "badArgument"),
        (f"{LIST}&from=2024-01-01&until=2024-01-01T00:00:00Z", "badArgument"),
        (f"{LIST}&from=2024-01-02&until=2024-01-01", "badArgument"),
        (f"{LIST}&until=2000-01-01", "noRecordsMatch"),
        (f"{LIST}&from=9999-12-31", "noRecordsMatch"),
        (f"{LIST}&set=topic:none", "noRecordsMatch"),
        (f"{LIST}&set=topic", "noRecordsMatch"),
        (f"{LIST}&set=%25", "noRecordsMatch"),
        (f"{LIST}&set={'x' * 5000}", "noRecordsMatch"),
    ],
)
def test_fault_is_named_as_the_protocol_names_it(client, group, method, query, code):
    make_publication(group=group, visibility="public")

    root = ask(client, query, method)

    assert codes(root) == [code]
    assert [child.tag.removeprefix(OAI) for child in root] == ["responseDate", "request", "error"]
    request = root.find(f"{OAI}request")
    assert request.text == "http://localhost:8000/oai"
    assert bool(request.attrib) == (code not in {"badVerb", "badArgument"})


def test_until_the_last_day_there_is_finds_everything(client, group):
    make_publication(group=group, visibility="public")

    root = ask(client, f"{LIST}&until=9999-12-31")

    assert len(root.findall(f"{OAI}ListRecords/{OAI}record")) == 1


def test_arguments_are_repeated_as_they_came(client, group):
    make_publication(group=group, visibility="public")

    root = ask(client, f"{LIST}&set=kind:discussion_paper&from=2027-03-01")

    assert root.find(f"{OAI}request").attrib == {
        "verb": "ListRecords",
        "metadataPrefix": "oai_dc",
        "set": "kind:discussion_paper",
        "from": "2027-03-01",
    }
    assert root.find(f"{OAI}responseDate").text == "2027-03-01T09:00:00Z"


@pytest.fixture
def token(client, group, monkeypatch):
    """That of the second page of three."""
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    for _number in range(5):
        make_publication(group=group, visibility="public")
    return ask(client, f"{LIST}&set=kind:discussion_paper").find(f"{OAI}ListRecords/{OAI}resumptionToken")


def test_token_says_how_far_the_harvest_is(client, token):
    assert token.attrib == {"expirationDate": "2027-03-02T09:00:00Z", "completeListSize": "5", "cursor": "0"}
    middle = ask(client, f"verb=ListRecords&resumptionToken={token.text}").find(f"{OAI}ListRecords")
    last = ask(client, f"verb=ListRecords&resumptionToken={middle[-1].text}").find(f"{OAI}ListRecords")

    assert [len(page.findall(f"{OAI}record")) for page in (middle, last)] == [2, 1]
    assert (middle[-1].get("cursor"), middle[-1].get("completeListSize")) == ("2", "5")
    assert (last[-1].tag, last[-1].text, last[-1].attrib) == (
        f"{OAI}resumptionToken",
        None,
        {"completeListSize": "5", "cursor": "4"},
    )
    # The same token again brings the same page.
    again = ask(client, f"verb=ListRecords&resumptionToken={token.text}").find(f"{OAI}ListRecords")
    assert [each.findtext(f"{OAI}header/{OAI}identifier") for each in again] == [
        each.findtext(f"{OAI}header/{OAI}identifier") for each in middle
    ]


def test_token_is_refused_when_altered_foreign_or_old(client, token, settings):
    for text in (token.text[:-1], f"x{token.text}", token.text.swapcase()):
        assert codes(ask(client, f"verb=ListRecords&resumptionToken={text}")) == ["badResumptionToken"]
    assert codes(ask(client, f"verb=ListIdentifiers&resumptionToken={token.text}")) == ["badResumptionToken"]
    with time_machine.travel(NOW + timedelta(days=1, seconds=2)):
        assert codes(ask(client, f"verb=ListRecords&resumptionToken={token.text}")) == ["badResumptionToken"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "x" * 50, [settings.SECRET_KEY]
    assert codes(ask(client, f"verb=ListRecords&resumptionToken={token.text}")) == []
    settings.SECRET_KEY_FALLBACKS = []
    assert codes(ask(client, f"verb=ListRecords&resumptionToken={token.text}")) == ["badResumptionToken"]


def test_harvest_asks_nobody_who_they_are(client, group, chair):
    make_publication(group=group, visibility="public", title="zq7-public")
    make_publication(group=group, visibility="group", title="zq7-group")
    client.force_login(chair)

    page = client.get(f"/oai?{LIST}").text

    assert "zq7-public" in page
    assert "zq7-group" not in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client, method):
    assert getattr(client, method)("/oai").status_code == 405


@pytest.mark.parametrize("count", [1, 3, 300])
def test_harvest_costs_the_same_whatever_its_length(client, group, count):
    topic = make_topic(slug="area", parent=make_topic())
    for _number in range(count):
        publication = make_publication(group=group, visibility="public", authors=("One", "Two"))
        publication.topics.add(topic)
        publication.save()

    expected = {LIST: 4, f"{LIST}&set=topic:area": 4, "verb=ListIdentifiers&metadataPrefix=oai_dc": 4}
    costs = {query: queries_of(client, None, f"/oai?{query}") for query in expected}

    # A list that needs another page is counted once.
    assert costs == {query: cost + (count > listing.PER_PAGE) for query, cost in expected.items()}
    one = HarvestRecord.objects.first().identifier
    assert queries_of(client, None, f"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{one}") == 4
    assert queries_of(client, None, "/oai?verb=Identify") == 1
    assert queries_of(client, None, "/oai?verb=ListSets") == 1
