"""Harvests by other software: what it gets, page by page, and what it is told when a paper goes."""

from datetime import date, timedelta

import pytest
import time_machine
from oaipmh_scythe.exceptions import NoRecordsMatch

from apps.publications.models import HarvestRecord, Publication
from apps.publications.oai import listing
from tests.make import NOW, make_publication, make_topic
from tests.publications.oai.harvester import harvester, names

pytestmark = pytest.mark.usefixtures("frozen")


def identifier_of(publication):
    return HarvestRecord.objects.get(publication=publication).identifier


def moment(**more):
    return time_machine.travel(NOW + timedelta(**more), tick=False)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_identify(group, method):
    with moment(days=-1):
        make_publication(group=group, visibility="public")

    said = harvester(method).identify()

    assert said.repositoryName == "Carbon Market Mechanisms Working Group"
    assert said.baseURL == "http://localhost:8000/oai"
    assert said.protocolVersion == "2.0"
    assert said.adminEmail == "portal@localhost"
    assert said.earliestDatestamp == "2027-02-28T09:00:00Z"
    assert said.deletedRecord == "persistent"
    assert said.granularity == "YYYY-MM-DDThh:mm:ssZ"


def test_formats_and_sets(group):
    area = make_topic(slug="area", title="Area <1>")
    make_topic(slug="finer", title="Finer", parent=area)
    publication = make_publication(group=group, visibility="public")
    scythe = harvester()

    assert [each.metadataPrefix for each in scythe.list_metadata_formats()] == ["oai_dc"]
    known = f"oai:localhost:{identifier_of(publication)}"
    assert [each.metadataPrefix for each in scythe.list_metadata_formats(identifier=known)] == ["oai_dc"]
    assert [(each.setSpec, each.setName) for each in scythe.list_sets()] == [
        ("kind:discussion_paper", "Discussion paper"),
        ("kind:background_paper", "Background paper"),
        ("kind:policy_brief", "Policy brief"),
        ("kind:meeting_summary", "Meeting summary"),
        ("topic:area", "Area <1>"),
        ("topic:finer", "Finer"),
    ]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_record_says_what_there_is_to_say(group, method):
    publication = make_publication(
        group=group,
        visibility="public",
        slug="paper",
        title="Paper <1> & more",
        published_on=date(2023, 11, 5),
        doi="10.5281/zenodo.1",
        licence="CC-BY-4.0",
        authors=("Ada Author", "Institute for A"),
    )
    publication.topics.add(make_topic(title="Registries", slug="registries"))
    publication.save()

    record = harvester(method).get_record(f"oai:localhost:{identifier_of(publication)}")

    assert record.header.datestamp == "2027-03-01T09:00:00Z"
    assert record.header.setSpecs == ["kind:discussion_paper", "topic:registries"]
    assert not record.deleted
    assert record.metadata == {
        "title": ["Paper <1> & more"],
        "creator": ["Ada Author", "Institute for A"],
        "subject": ["Registries"],
        "description": ["What it is about."],
        "publisher": ["Carbon Market Mechanisms Working Group"],
        "date": ["2023-11-05"],
        "type": ["Discussion paper"],
        "identifier": ["http://localhost:8000/publications/paper/", "https://doi.org/10.5281/zenodo.1"],
        "language": ["en"],
        "rights": ["CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"],
    }


def test_record_survives_what_no_xml_can_hold(group):
    publication = make_publication(group=group, visibility="public")
    Publication.objects.update(title="A\x0bB \ufffe ]]> العنوان 🌍 $x^2$", abstract="\x01c\x1b")

    record = harvester().get_record(f"oai:localhost:{identifier_of(publication)}")

    assert record.metadata["title"] == ["A B  ]]> العنوان 🌍 $x^2$"]
    assert record.metadata["description"] == ["c"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("count", [1, 3, 4, 7])
def test_harvest_gets_every_record_once(group, monkeypatch, method, count):
    monkeypatch.setattr(listing, "PER_PAGE", 3)
    papers = []
    for number in range(count):
        with moment(seconds=number // 2):
            papers.append(make_publication(group=group, visibility="public"))

    found = names(harvester(method).list_records())

    assert found == [(identifier_of(paper), False) for paper in papers]
    assert names(harvester(method).list_identifiers()) == found


def test_harvest_goes_on_where_records_change_meanwhile(group, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    with moment(days=-1):
        papers = [make_publication(group=group, visibility="public") for _number in range(6)]
    harvest = harvester().list_records()
    first = [next(harvest), next(harvest)]

    papers[0].title = "Handed out already, and changed"
    papers[0].save()
    papers[3].visibility = "members"
    papers[3].save()
    with moment(seconds=5):
        late = make_publication(group=group, visibility="public")
    rest = list(harvest)

    # Whoever changed comes again, or for the first time, at the end; nobody is passed over.
    kept = [(identifier_of(papers[number]), False) for number in (0, 1, 2, 4, 5)]
    assert names(first) == kept[:2]
    assert names(rest) == [
        *kept[2:],
        *sorted([kept[0], (identifier_of(papers[3]), True)], key=lambda each: names_in_order().index(each[0])),
        (identifier_of(late), False),
    ]


def names_in_order():
    return list(HarvestRecord.objects.order_by("changed_at", "pk").values_list("identifier", flat=True))


def narrow(publication):
    publication.visibility = "members"
    publication.save(update_fields=["visibility"])


def withdraw(publication):
    publication.state = "withdrawn"
    publication.save(update_fields=["state"])


def take_back(publication):
    publication.state = "draft"
    publication.save()


def remove(publication):
    publication.authors.all().delete()
    publication.delete()


@pytest.mark.parametrize("leave", [narrow, withdraw, take_back, remove])
def test_paper_that_goes_becomes_a_deleted_record_for_ever(group, leave):
    with moment(days=-1):
        publication = make_publication(group=group, visibility="public", title="zq7-title", abstract="zq7-abstract")
    known = identifier_of(publication)
    scythe = harvester()
    assert names(scythe.list_records(from_="2027-02-28T08:00:00Z")) == [(known, False)]

    leave(publication)

    [record] = scythe.list_records(from_="2027-03-01T09:00:00Z")
    assert names([record, scythe.get_record(f"oai:localhost:{known}")]) == [(known, True)] * 2
    assert record.header.setSpecs == ["kind:discussion_paper"]
    assert "zq7" not in record.raw
    with pytest.raises(NoRecordsMatch):
        list(scythe.list_records(until="2027-02-28T23:59:59Z"))


def test_paper_that_comes_back_is_the_same_record(group):
    publication = make_publication(group=group, visibility="public")
    known = identifier_of(publication)
    narrow(publication)

    with moment(hours=1):
        publication.visibility = "public"
        publication.save()

    [header] = harvester().list_identifiers()
    assert names([header]) == [(known, False)]
    assert header.datestamp == "2027-03-01T10:00:00Z"


def test_paper_narrowed_behind_our_back_is_hidden_at_once(group):
    publication = make_publication(group=group, visibility="public", title="zq7-title")
    Publication.objects.update(visibility="members")

    [record] = harvester().list_records()

    assert names([record]) == [(identifier_of(publication), True)]
    assert "zq7" not in record.raw


@pytest.mark.parametrize(
    ("visibility", "state"),
    [
        ("members", "published"),
        ("group", "published"),
        ("coordinators", "published"),
        ("public", "draft"),
        ("public", "circulating"),
        ("public", "cleared"),
        ("public", "withdrawn"),
    ],
)
def test_paper_that_never_was_open_to_all_leaves_no_trace(client, group, visibility, state):
    publication = make_publication(group=group, visibility=visibility, state=state, title="zq7-title")
    publication.topics.add(make_topic(slug="area"))
    publication.save()
    remove(publication)

    assert not HarvestRecord.objects.exists()
    for verb in ("ListRecords", "ListIdentifiers"):
        response = client.get("/oai", {"verb": verb, "metadataPrefix": "oai_dc"})
        assert 'code="noRecordsMatch"' in response.text
        assert "zq7" not in response.text


def test_harvest_by_set_and_by_day(group):
    area = make_topic(slug="area")
    finer = make_topic(slug="finer", parent=area)
    with moment(days=-2):
        old = make_publication(group=group, visibility="public", kind="policy_brief")
    with moment(days=-1):
        new = make_publication(group=group, visibility="public")
        new.topics.add(finer)
        new.save()
    scythe = harvester()
    expected = {
        ("kind:policy_brief", None, None): [old],
        ("kind:discussion_paper", None, None): [new],
        ("topic:area", None, None): [new],
        ("topic:finer", None, None): [new],
        (None, "2027-02-28", None): [new],
        (None, None, "2027-02-27"): [old],
        (None, "2027-02-27", "2027-02-28"): [old, new],
        (None, "2027-02-28T09:00:00Z", "2027-02-28T09:00:00Z"): [new],
    }

    for (spec, first, last), papers in expected.items():
        found = names(scythe.list_identifiers(set_=spec, from_=first, until=last))
        assert found == [(identifier_of(paper), False) for paper in papers], (spec, first, last)


def test_change_of_what_harvesters_are_not_told_is_none(group):
    publication = make_publication(group=group, visibility="public")
    publication.save()

    with moment(hours=1):
        publication.save()
        publication.is_sample = True
        publication.save()

    assert [header.datestamp for header in harvester().list_identifiers()] == ["2027-03-01T09:00:00Z"]
