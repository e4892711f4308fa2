"""Comments beside the page they are about."""

import pytest

from apps.publications.models import Circulation, DraftComment, VersionPage
from tests.budget import queries_of
from tests.make import make_circulation, make_comment, make_consultee, make_member, make_publication, make_version

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


def test_page_costs_the_same_with_300_comments(client, circulation, reader, chair):
    make_comment(circulation=circulation, writer=reader, page=2)
    few = [queries_of(client, person, ADDRESS) for person in (reader, chair)]
    for _number in range(300):
        make_comment(circulation=circulation, writer=reader, page=2)
    many = [queries_of(client, person, ADDRESS) for person in (reader, chair)]

    assert few == many
    assert max(many) <= 11
