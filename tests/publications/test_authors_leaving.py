"""An author who leaves the group, is suspended, leaves the portal or is erased: the paper goes on, its names stay."""

from datetime import timedelta

import pytest

from apps.core.refused import Refused
from apps.members.actions import depart_member, end_membership, suspend_member
from apps.publications import actions
from apps.publications.models import Publication
from tests.make import NOW, make_circulation, make_comment, make_consultee, make_member, make_publication, make_version

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def author(group):
    return make_member(name="Ada Author", group=group)


@pytest.fixture
def circulation(group, author):
    paper = make_publication(group=group, state="resolving", visibility="group", slug="letters", licence="CC-BY-4.0")
    paper.authors.update(member=author)
    return make_circulation(publication=paper, state="closed", closed_at=NOW - timedelta(days=1), seen_by="leads")


@pytest.fixture
def comment(circulation):
    writer = make_consultee(circulation=circulation).member
    return make_comment(circulation=circulation, writer=writer, comment="Too wide.")


def leave_group(author, coordinator):
    end_membership(actor=coordinator, membership=author.memberships.get(), now=NOW)


def be_suspended(author, coordinator):
    suspend_member(actor=coordinator, member=author)


def leave_portal(author, coordinator):
    depart_member(actor=coordinator, member=author, now=NOW)


def be_erased(author, coordinator):
    author.delete()


def test_who_leaves_the_group_stays_an_author_until_taken_off_the_title_page(
    client, circulation, comment, author, coordinator
):
    leave_group(author, coordinator)
    author.refresh_from_db()
    client.force_login(author)
    base = circulation.get_absolute_url()

    pages = ["/publications/letters/", base, f"{base}comments/", f"{base}resolution/"]
    assert [client.get(page).status_code for page in pages] == [200] * 4
    actions.resolve_comment(actor=author, comment=comment, disposition="noted", revision=0, now=NOW)

    circulation.publication.authors.update(member=None)
    assert [client.get(page).status_code for page in pages] == [404] * 4


@pytest.mark.parametrize("leave", [be_suspended, leave_portal])
def test_whose_account_is_closed_sees_and_settles_nothing_at_once(
    client, circulation, comment, author, coordinator, leave
):
    client.force_login(author)
    base = circulation.get_absolute_url()
    assert client.get(f"{base}comments/").status_code == 200

    leave(author, coordinator)

    assert client.get(f"{base}comments/").status_code == 302
    author.refresh_from_db()
    with pytest.raises(Refused, match="Only the authors"):
        actions.resolve_comment(actor=author, comment=comment, disposition="noted", revision=0, now=NOW)


@pytest.mark.parametrize("leave", [leave_group, be_suspended, leave_portal, be_erased])
def test_paper_goes_on_with_its_names_whoever_has_left(client, circulation, comment, author, chair, coordinator, leave):
    leave(author, coordinator)
    paper = circulation.publication

    actions.resolve_comment(actor=chair, comment=comment, disposition="accepted", revision=0, now=NOW)
    make_version(publication=paper)
    for state in ("cleared", "published"):
        actions.take_step(actor=coordinator, publication=paper, state=state, now=NOW)

    assert Publication.objects.get().byline == "Ada Author"
    client.force_login(chair)
    assert "Ada Author" in client.get("/publications/letters/").text
    assert "AU  - Author, Ada" in client.get("/publications/letters.ris").text


@pytest.mark.parametrize("visibility", ["group", "coordinators"])
@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_author_outside_the_group_keeps_the_paper_once_it_is_out(
    client, circulation, author, other_member, coordinator, state, visibility
):
    leave_group(author, coordinator)
    paper = circulation.publication
    now = {"state": state, "visibility": visibility, "published_on": NOW.date()}
    Publication.objects.filter(pk=paper.pk).update(**now)
    paper.versions.update(published_at=NOW)
    earlier = make_version(publication=paper, published_at=None)
    pages = [
        "/publications/letters/",
        "/publications/letters/file/",
        f"/publications/letters/versions/{earlier.number}/file/",
    ]

    found = {}
    for person in (author, other_member):
        client.force_login(person)
        answers = [client.get(page) for page in pages]
        assert all(answer.getvalue() for answer in answers)
        found[person] = [answer.status_code for answer in answers]
    lists = {person: list(Publication.objects.visible_to(person)) for person in found}

    assert found == {author: [200] * 3, other_member: [404] * 3}
    assert lists == {author: [paper], other_member: []}
