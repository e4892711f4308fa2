"""Comments beside the page they are about."""

import re

import pytest

from apps.publications.marginalia import SHOWN
from apps.publications.models import Circulation, DraftComment, VersionPage
from tests.budget import queries_of
from tests.make import (
    NOW,
    make_circulation,
    make_comment,
    make_consultee,
    make_member,
    make_publication,
    make_version,
)

pytestmark = pytest.mark.usefixtures("frozen")

ADDRESS = "/publications/letters/versions/1/pages/2/"


@pytest.fixture
def circulation(group):
    paper = make_publication(group=group, state="circulating", visibility="group", slug="letters")
    version = make_version(publication=paper)
    version.pages = 3
    version.save()
    for number in range(1, 4):
        VersionPage.objects.create(version=version, number=number, width=600, height=800, runs=[])
    return make_circulation(publication=paper, version=version, seen_by="participants")


@pytest.fixture
def reader(circulation):
    person = make_member(name="Rita Reader")
    make_consultee(circulation=circulation, member=person)
    return person


def test_page_bears_its_own_comments_and_a_form_that_knows_it(client, circulation, reader):
    for page in (1, 2):
        make_comment(circulation=circulation, writer=make_member(), comment=f"zq7-page-{page}", page=page)
    client.force_login(reader)

    answer = client.get(ADDRESS)
    html = answer.content.decode()

    assert ("zq7-page-1" in html, "zq7-page-2" in html) == (False, True)
    assert 'name="page" value="2"' in html
    assert "data-quoting" in html


def test_draft_saved_beside_a_page_leads_back_to_it_and_to_no_foreign_place(client, circulation, reader):
    client.force_login(reader)
    save = f"{circulation.get_absolute_url()}comments/save/"

    back = client.post(save, {"comment": "Too long.", "kind": "ge", "page": 2, "next": ADDRESS})
    away = client.post(save, {"comment": "Too short.", "kind": "ge", "next": "https://example.com/"})

    assert (back.url, away.url) == (ADDRESS, f"{circulation.get_absolute_url()}comments/")
    assert DraftComment.objects.filter(page=2).count() == 1


@pytest.mark.parametrize(("asked", "kept"), [(ADDRESS, [ADDRESS]), ("https://example.com/", [])])
def test_form_that_comes_back_still_leads_to_the_page_it_stood_beside(client, circulation, reader, asked, kept):
    client.force_login(reader)

    again = client.post(f"{circulation.get_absolute_url()}comments/save/", {"kind": "ge", "page": 2, "next": asked})

    assert "Write something first." in again.text
    assert re.findall(r'name="next" value="([^"]*)"', again.text) == kept


def test_way_to_the_drafts_stands_beside_a_page_and_comes_with_saving_in_place(client, circulation, reader):
    DraftComment.objects.create(circulation=circulation, member=make_member(), comment="Of another.")
    client.force_login(reader)
    before = client.get(ADDRESS).text
    save = f"{circulation.get_absolute_url()}comments/save/"

    swapped = client.post(save, {"comment": "Too long.", "page": 2, "kind": "ge"}, headers={"HX-Request": "true"}).text
    after = client.get(ADDRESS)

    way = f'href="{circulation.get_absolute_url()}comments/send/"'
    assert ("see it and send it" in before, way in before) == (False, False)
    for html in (swapped, after.text):
        assert ("You have 1 draft: see it and send it" in html, way in html) == (True, True)
    assert 'id="drafts-note" hx-swap-oob="true"' in " ".join(swapped.split())
    assert "hx-swap-oob" not in after.text
    assert queries_of(client, reader, ADDRESS) <= 10


def test_who_leads_reads_along_and_who_is_late_does_not_write(client, circulation, reader, chair):
    make_comment(circulation=circulation, writer=reader, comment="zq7-said", page=2)
    client.force_login(chair)
    led = client.get(ADDRESS).content.decode()
    Circulation.objects.update(state="closed")
    client.force_login(reader)
    late = client.get(ADDRESS).content.decode()

    for html in (led, late):
        assert ("zq7-said" in html, "data-quoting" in html) == (True, False)


@pytest.mark.parametrize("change", [{"seen_by": "leads"}, {"state": "cancelled"}])
def test_comments_show_no_more_here_than_elsewhere(client, circulation, reader, change, member):
    make_comment(circulation=circulation, writer=make_member(), comment="zq7-hidden", page=2)
    Circulation.objects.update(**change)
    for person in (reader, member):
        client.force_login(person)
        assert "zq7-hidden" not in client.get(ADDRESS).content.decode()


def test_comments_the_reader_may_not_see_take_no_place_beside_a_page(client, circulation, reader, chair):
    make_comment(circulation=circulation, writer=reader, comment="zq7-own", page=2, section="9")
    for _number in range(SHOWN):
        make_comment(circulation=circulation, writer=make_member(), page=2, section="1", sent_on=NOW.date())

    for person in (reader, chair):
        client.force_login(person)
        assert "zq7-own" in client.get(ADDRESS).content.decode()


def test_page_costs_the_same_with_300_comments(client, circulation, reader, chair):
    make_comment(circulation=circulation, writer=reader, page=2)
    few = [queries_of(client, person, ADDRESS) for person in (reader, chair)]
    for _number in range(300):
        make_comment(circulation=circulation, writer=reader, page=2)
    many = [queries_of(client, person, ADDRESS) for person in (reader, chair)]

    assert few == many
    assert max(many) <= 10


DOCX = "/publications/rules/versions/1/pages/{}/"
HEADINGS = {1: "Contents", 2: "2.1 Scope 4", 5: "2. Rules", 6: "2.1 Scope", 70: "2.10 Later", 80: "Annex A"}


@pytest.fixture
def written(group):
    """A DOCX of 90 paragraphs: two pages."""
    paper = make_publication(group=group, state="circulating", visibility="group", slug="rules")
    version = make_version(publication=paper)
    text = "\n".join(HEADINGS.get(number, f"Text {number}.") for number in range(1, 91))
    type(version).objects.filter(pk=version.pk).update(format="docx", pages=None, text=text, reading="ready")
    version.refresh_from_db()
    return make_circulation(publication=paper, version=version, seen_by="participants")


def placed(client, reader, number):
    """The comments beside one page of the DOCX, each with its paragraph."""
    client.force_login(reader)
    [(_template, panel)] = client.get(DOCX.format(number)).context["panels"]
    return [(remark.comment.comment, remark.at) for remark in panel["remarks"]]


def test_comments_on_a_text_without_pages_stand_beside_their_paragraphs_in_order(client, written):
    reader = make_consultee(circulation=written).member
    for name, place in {
        "typed": {"paragraph": "12"},
        "in section": {"section": "2.1", "paragraph": "3"},
        "section": {"section": "Section 2.1", "paragraph": "Figure 3"},
        "later": {"section": "2.10"},
        "annex": {"section": "annex a", "paragraph": "para. 2"},
        "nowhere": {"section": "9.9", "paragraph": "1"},
        "whole": {},
    }.items():
        make_comment(circulation=written, writer=make_member(), comment=name, **place)

    first, second = (placed(client, reader, number) for number in (1, 2))

    assert sorted(first[:2]) == [("nowhere", None), ("whole", None)]
    assert first[2:] == [("section", 6), ("in section", 9), ("typed", 12)]
    assert second == [("later", 70), ("annex", 82)]
    page = client.get(DOCX.format(2)).text
    assert 'href="#p70"' in page
    assert 'id="p70"' in page
    assert "Comments on these paragraphs" in page


@pytest.mark.parametrize("change", [{"seen_by": "leads"}, {"seen_by": "after_closing"}, {"state": "cancelled"}])
def test_comments_beside_paragraphs_show_no_more_than_elsewhere(client, written, change, member):
    reader = make_consultee(circulation=written).member
    make_comment(circulation=written, writer=make_member(), comment="zq7-hidden", paragraph="2")
    make_comment(circulation=written, writer=make_member(), comment="zq7-today", paragraph="2", sent_on=NOW.date())
    client.force_login(reader)
    before = client.get(DOCX.format(1)).text
    Circulation.objects.update(**change)

    assert ("zq7-hidden" in before, "zq7-today" in before) == (True, False)
    for person in (reader, member):
        client.force_login(person)
        assert "zq7" not in client.get(DOCX.format(1)).text


def test_page_of_paragraphs_costs_the_same_with_300_comments(client, written, chair):
    reader = make_consultee(circulation=written).member
    make_comment(circulation=written, writer=reader, paragraph="2")
    few = [queries_of(client, person, DOCX.format(1)) for person in (reader, chair)]
    for number in range(300):
        make_comment(circulation=written, writer=reader, paragraph=str(number), section="2.1")
    many = [queries_of(client, person, DOCX.format(1)) for person in (reader, chair)]

    assert few == many
    assert max(many) <= 10
