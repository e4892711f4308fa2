"""The publication's screen: entered, filed and published by the secretariat, in steps that say whom they concern."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.notifications.models import OutgoingMail
from apps.publications.models import Circulation, Publication, Step
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_docx,
    make_pdf,
    make_publication,
    make_version,
)

LIST = "/admin/publications/publication/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(client, coordinator):
    client.force_login(coordinator)
    return client


def authors_data(*rows):
    """The inline's management form with new authors."""
    data = {"authors-TOTAL_FORMS": len(rows), "authors-INITIAL_FORMS": 0}
    for number, fields in enumerate(rows):
        data |= {f"authors-{number}-{name}": value for name, value in {"position": number + 1, **fields}.items()}
    return data


def form_data(group, **changed):
    return {
        "title": "Corresponding adjustments",
        "subtitle": "",
        "slug": "adjustments",
        "kind": "discussion_paper",
        "language": "en",
        "group": group.pk,
        "visibility": "members",
        "abstract": "What it is about.",
        "published_on": "",
        "day_is_known": "on",
        "licence": "CC-BY-4.0",
        "doi": "",
        "suggested_citation": "",
        **authors_data({"name": "Ada Author"}),
        **changed,
    }


def step_url(paper, step):
    return reverse(f"admin:publications_publication_{step}", args=[paper.pk])


def test_publication_is_entered_as_a_draft_with_its_authors_in_order(office, group, coordinator, member):
    authors = authors_data(
        {"position": 2, "name": "Zoë Second", "organisation": "Institute", "orcid": "0000-0002-1825-0097"},
        {"position": 1, "member": member.pk},
    )

    office.post(f"{LIST}add/", form_data(group, **authors))

    paper = Publication.objects.get()
    assert (paper.state, paper.byline, paper.created_by) == ("draft", "Mina Member, Zoë Second", coordinator)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"doi": "https://doi.org/10.1/x"}, "Enter a DOI without the address"),
        ({"title": "x" * 301}, "at most 300 characters"),
        ({"title": "a\u2028b"}, "one line"),
        ({"abstract": "x" * 20_001}, "at most 20000 characters"),
        (authors_data({"name": "A", "orcid": "0000-0002-1825-0098"}), "its last character does not fit"),
        (authors_data({"name": "", "orcid": "0000-0002-1825-0097"}), "Give a name or an organisation"),
        ({"published_on": "31.02.2027"}, "valid date"),
    ],
    ids=["DOI", "long title", "line in a title", "long abstract", "ORCID", "nameless", "date"],
)
def test_wrong_input_comes_back_with_its_sentence(office, group, changed, sentence):
    answer = office.post(f"{LIST}add/", form_data(group, **changed))

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Publication.objects.count() == 0


@pytest.mark.parametrize("title", ["عنوان الورقة", "∑ α²/β ≤ √π", "𝕏" * 150, "<b>&amp;"])
def test_titles_of_all_scripts_are_kept_as_typed(office, group, title):
    office.post(f"{LIST}add/", form_data(group, title=title))

    assert Publication.objects.get().title == title


def test_stale_form_keeps_what_both_typed_and_no_form_brings_back_a_state(office, group):
    paper = make_publication(group=group, state="draft")
    url = reverse("admin:publications_publication_change", args=[paper.pk])
    data = form_data(group, version=(paper.updated_at - timedelta(seconds=5)).isoformat(), state="published")

    answer = office.post(url, data | {"authors-INITIAL_FORMS": 0, "authors-TOTAL_FORMS": 0})

    paper.refresh_from_db()
    assert "Somebody else saved this meanwhile" in answer.content.decode()
    assert (paper.title == "Corresponding adjustments", paper.state) == (False, "draft")


def test_published_publication_keeps_what_it_was_asked_for(office, group):
    paper = make_publication(group=group, slug="adjustments", licence="CC-BY-4.0")
    url = reverse("admin:publications_publication_change", args=[paper.pk])
    nobody = authors_data()

    for changed, sentence in (
        ({"abstract": ""}, "What is published has an abstract."),
        ({"licence": ""}, "What is published has a licence."),
        ({"slug": "elsewhere"}, "The address of what is published stays"),
    ):
        data = form_data(group, published_on="2027-02-19", **nobody) | changed
        assert sentence in office.post(url, data).content.decode()
    paper.refresh_from_db()
    assert (paper.abstract, paper.slug) == ("What it is about.", "adjustments")


def test_file_is_added_and_offered_through_the_checked_address(office, group):
    paper = make_publication(group=group, state="draft", slug="the-paper")
    upload = SimpleUploadedFile("draft.pdf", make_pdf(pages=2))

    answer = office.post(step_url(paper, "file"), {"upload": upload, "note": "First <b>draft</b>"}, follow=True)

    page = answer.content.decode()
    assert "The file is added." in page
    assert 'href="/publications/the-paper/versions/1/file/"' in page
    assert "First &lt;b&gt;draft&lt;/b&gt;" in page
    assert paper.versions.get().pages == 2
    assert office.get("/publications/the-paper/versions/1/file/").getvalue() == make_pdf(pages=2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The submitted file is empty."),
        (b"<html>", "whatever its name says. Please send one of these: PDF, DOCX."),
        (b"%PDF-1.7 nothing", "This PDF can not be read."),
        (make_docx(parts={"word/vbaProject.bin": b"x"}), "This Word file holds macros."),
    ],
    ids=["nothing", "page", "broken", "macros"],
)
def test_unfit_file_is_refused_beside_its_field(office, group, content, sentence):
    paper = make_publication(group=group, state="draft")

    answer = office.post(step_url(paper, "file"), {"upload": SimpleUploadedFile("a.pdf", content), "note": "kept"})

    assert sentence in answer.content.decode()
    assert 'value="kept"' in answer.content.decode()
    assert paper.versions.count() == 0


def test_file_of_200_mb_is_refused_as_too_large_and_not_kept(office, group):
    paper = make_publication(group=group, state="draft")
    upload = SimpleUploadedFile("a.pdf", b"%PDF-" + b"x" * (60 * 1024 * 1024))

    answer = office.post(step_url(paper, "file"), {"upload": upload, "note": ""})

    assert "This PDF is larger than 50 MB." in answer.content.decode()
    assert paper.versions.count() == 0


def test_publishing_says_first_what_is_missing_and_who_reads_it(office, group, member, chair):
    paper = make_publication(group=group, state="draft", visibility="group")
    page = " ".join(office.get(step_url(paper, "publish")).content.decode().split())

    assert "2 people in the group, the authors and the secretariat." in page
    assert "It has no file." in page
    assert "It has no licence." in page
    assert "<h2>Before it can be published:</h2>" in page
    assert 'name="_confirm"' not in page
    answer = office.post(step_url(paper, "publish"), {})
    assert "It has no file. It has no licence." in answer.content.decode()
    paper.refresh_from_db()
    assert paper.state == "draft"


def test_paper_goes_its_way_by_buttons(office, group):
    paper = make_publication(group=group, state="idea", licence="CC-BY-4.0")
    make_version(publication=paper)

    for step, data in (
        ("begin", {}),
        ("clear", {"note": "Ready"}),
        ("draft", {}),
        ("publish", {}),
        ("withdraw", {"note": "Table 2 is wrong."}),
        ("publish", {}),
        ("take-back", {"note": "Confidential."}),
    ):
        answer = office.post(step_url(paper, step), data)
        assert answer.status_code == 302, step

    assert [row.state for row in Step.objects.order_by("pk")] == [
        "draft",
        "cleared",
        "draft",
        "published",
        "withdrawn",
        "published",
        "draft",
    ]
    assert LogEntry.objects.count() == 7


def test_step_pressed_twice_is_done_once_and_says_so(office, group):
    paper = make_publication(group=group, state="draft", licence="CC-BY-4.0")
    make_version(publication=paper)

    office.post(step_url(paper, "publish"), {})
    answer = office.post(step_url(paper, "publish"), {}, follow=True)

    assert "This was done already." in answer.content.decode()
    assert Step.objects.count() == 1


def test_buttons_are_those_that_fit_the_state(office, group):
    def tools(state):
        paper = make_publication(group=group, state=state)
        if state == "circulating":
            make_circulation(publication=paper)
        page = office.get(reverse("admin:publications_publication_change", args=[paper.pk])).content.decode()
        return re.findall(rf'href="{LIST}{paper.pk}/([\w-]+)/"', page)

    ours = ("file", "begin", "clear", "publish", "time", "reopen", "draft", "idea", "take-back", "withdraw")
    offered = {state: [name for name in tools(state) if name in ours] for state in Publication.State.values}

    assert offered == {
        "idea": ["file", "begin"],
        "draft": ["file", "clear", "publish", "time", "idea"],
        "circulating": ["file", "draft"],
        "resolving": ["file", "clear", "draft"],
        "cleared": ["file", "publish", "time", "draft"],
        "published": ["file", "take-back", "withdraw"],
        "withdrawn": ["publish", "take-back"],
    }


def test_time_is_set_on_the_readers_clock_and_taken_back(office, group, coordinator):
    coordinator.time_zone = "Asia/Tokyo"
    coordinator.save()
    paper = make_publication(group=group, state="cleared", licence="CC-BY-4.0")
    make_version(publication=paper)
    assert "On your clock: Tokyo." in office.get(step_url(paper, "time")).content.decode()

    office.post(step_url(paper, "time"), {"at": "2027-03-02T09:30"})

    paper.refresh_from_db()
    assert paper.publish_at.isoformat() == "2027-03-02T00:30:00+00:00"
    assert "Comes out" in office.get(reverse("admin:index")).content.decode()
    office.post(step_url(paper, "time-off"), {})
    paper.refresh_from_db()
    assert paper.publish_at is None


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        ("2027-02-01T09:30", "This time has passed."),
        ("soon", "valid date/time"),
        ("0001-01-01T00:00", "Enter a date between 2000 and 2099."),
        ("9999-12-31T23:59", "Enter a date between 2000 and 2099."),
    ],
)
def test_time_that_makes_no_sense_is_refused(office, group, at, sentence):
    paper = make_publication(group=group, state="cleared", licence="CC-BY-4.0")
    make_version(publication=paper)

    assert sentence in office.post(step_url(paper, "time"), {"at": at}).content.decode()


def test_desk_shows_papers_in_work_and_first_what_could_not_come_out(office, group):
    make_publication(group=group, state="published", title="Out already")
    make_publication(group=group, state="idea", title="Only an idea")
    make_publication(group=group, state="draft", title="In work")
    make_publication(group=group, state="cleared", title="Due", publish_at=NOW + timedelta(days=1))
    make_publication(group=group, state="cleared", title="Stuck", publish_fault="It has no author.")

    page = office.get(reverse("admin:index")).content.decode()

    rows = re.findall(r'<a href="/admin/publications/publication/\d+/change/">([^<]+)</a>', page)
    assert rows == ["Stuck", "Due", "In work"]
    assert "Could not be published: It has no author." in page


def test_list_is_searched_and_narrowed(office, group, other_group):
    make_publication(group=group, title="Registries", state="draft")
    make_publication(group=other_group, title="Baselines", authors=("Rita Registry",))

    def found(query):
        page = office.get(f"{LIST}?{query}").content.decode()
        return re.findall(r'/change/[^>]*">([^<]+)</a></th>', page)

    assert found("q=regist") == ["Baselines", "Registries"]
    assert found("state__exact=draft") == ["Registries"]
    assert found(f"group__id__exact={other_group.pk}") == ["Baselines"]


@pytest.mark.parametrize("who", ["chair", "member", "observer", "suspended", "stranger"])
def test_screen_and_its_steps_are_for_the_secretariat_alone(client, request, group, who):
    paper = make_publication(group=group, state="draft")
    person = request.getfixturevalue(who)
    if person:
        client.force_login(person)

    urls = [LIST, f"{LIST}{paper.pk}/change/", *(step_url(paper, step) for step in ("file", "publish", "time"))]
    answers = [client.get(url).status_code for url in urls] + [client.post(url, {}).status_code for url in urls]

    assert set(answers) <= {302, 403, 404}
    paper.refresh_from_db()
    assert (paper.state, paper.versions.count()) == ("draft", 0)


def test_page_of_a_step_that_does_not_fit_counts_no_comments(office, group, member):
    paper = make_publication(group=group, state="circulating")
    circulation = make_circulation(publication=paper)
    make_comment(circulation=circulation, writer=member)

    pages = [office.get(step_url(paper, step)).text for step in ("time", "clear", "publish")]

    assert [page for page in pages if "not answered" in page] == []


def test_step_says_first_whom_it_tells_what_became_of_the_comments(office, group):
    paper = make_publication(group=group, state="resolving", licence="CC-BY-4.0")
    make_version(publication=paper)
    circulation = make_circulation(publication=paper, state="closed")
    ann = make_consultee(circulation=circulation, answered_on=NOW.date() - timedelta(days=1)).member
    make_consultee(circulation=circulation)
    says = "1 person who answered its circulation is told what became of the comments"

    assert says in office.get(step_url(paper, "clear")).text
    assert says not in office.get(step_url(paper, "draft")).text
    Publication.objects.update(state="draft")
    assert [says in office.get(step_url(paper, step)).text for step in ("publish", "time")] == [True, True]
    Circulation.objects.update(closed_at=NOW)
    early = office.get(step_url(paper, "clear")).text
    assert (says in early, "Its circulation was closed today" in early, 'name="_confirm"' in early) == (
        False,
        True,
        False,
    )
    Circulation.objects.update(closed_at=NOW - timedelta(days=1))
    office.post(step_url(paper, "clear"), {})
    assert OutgoingMail.objects.get(kind="comments_resolved").member == ann
    assert says not in office.get(step_url(paper, "publish")).text
