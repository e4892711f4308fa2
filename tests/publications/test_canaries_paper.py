"""A word for each text, file and picture of a paper, looked for by everybody wherever papers show: through all states
of a paper and of its circulation, and when people are taken off or leave.
"""

from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.utils.http import http_date

from apps.members.actions import end_membership
from apps.members.models import Membership
from apps.members.permissions import Role
from apps.pages.actions import make_news_feed, revoke_news_feed
from apps.pages.models import NewsFeed
from apps.publications.models import Author, Circulation, Publication, Version, VersionPage
from tests.canaries import exported, finds
from tests.make import (
    NOW,
    make_circulation,
    make_consultee,
    make_event,
    make_group,
    make_member,
    make_publication,
    make_topic,
    make_version,
)

pytestmark = pytest.mark.usefixtures("frozen")

LEADING = {"coordinator", "chair"}
DRAFTING = LEADING | {"author"}
ASKED = {"asked", "through"}
GROUP = LEADING | {"member", "observer"}
MEMBERS = GROUP | ASKED | {"author", "taken_off", "other_chair"}
ALL = MEMBERS | {"suspended", "stranger"}

PAPER = {"zq7abstract", "zq7byline"}
FILES = ("file", "text", "run", "image")


@dataclass
class World:
    paper: Publication
    circulation: Circulation
    readers: dict

    def addresses(self):
        base, asked = "/publications/letters/", self.circulation.get_absolute_url()
        versions = [f"{base}versions/{number}/" for number in (1, 2)]
        return [
            base,
            *(f"/publications/letters.{ending}" for ending in ("bib", "ris", "json")),
            f"{base}file/",
            *(f"{version}{part}" for version in versions for part in ("file/", "pages/1/", "pages/1/image/")),
            f"{base}versions/1/compare/2/",
            asked,
            f"{asked}comments/",
            f"{asked}resolution/",
            "/publications/?topic=trade",
            "/publications/?author=zq7",
            "/publications/?show=drafts",
            "/publications/feed/",
            "/search/?q=zq7",
            "/search/?q=zq7&kind=publication&topic=trade",
            "/topics/trade/",
            "/topics/trade/feed/",
            "/groups/working-group/",
            "/events/fair/",
            "/",
            "/dashboard/",
            "/notifications/",
            "/settings/drafts/",
            "/sitemap-publications-1.xml",
            "/oai?verb=ListRecords&metadataPrefix=oai_dc",
            "/oai?verb=ListSets",
            f"/admin/publications/publication/{self.paper.pk}/change/",
        ]

    def found(self, client, state="", circulation="", **fields):
        """Bring paper and circulation into these states, and look."""
        for name, value in ({"state": state} if state else {}).items() | fields.items():
            setattr(self.paper, name, value)
        self.paper.save()
        if circulation:
            Circulation.objects.update(state=circulation)
        feeds = {}
        for row in NewsFeed.objects.all():
            name = next(name for name, reader in self.readers.items() if reader and reader.pk == row.member_id)
            feeds[name] = [f"/feed/{row.token}/"]
        return finds(client, self.readers, self.addresses(), feeds=feeds)


@pytest.fixture
def readers(coordinator, chair, member, observer, other_member, suspended):
    return {
        "coordinator": coordinator,
        "chair": chair,
        "author": make_member(name="Ada Author"),
        "asked": make_member(name="Ari Asked"),
        "through": other_member,
        "taken_off": make_member(name="Tao Taken"),
        "member": member,
        "observer": observer,
        "other_chair": make_member(name="Olga Other", group=make_group(), role=Role.CHAIR),
        "suspended": suspended,
        "stranger": None,
    }


@pytest.fixture
def world(readers, group, other_group, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    paper = make_publication(
        group=group, state="circulating", visibility="group", slug="letters", title="zq7title",
        subtitle="zq7subtitle", abstract="zq7abstract", authors=("zq7byline",), published_on=NOW.date(),
    )  # fmt: skip
    for position, name in enumerate(("author", "suspended"), start=2):
        Author.objects.create(publication=paper, position=position, member=readers[name], name=readers[name].name)
    paper.topics.add(make_topic(slug="trade", title="Trade"))
    paper.events.add(make_event(group=group, visibility="public", slug="fair", title="Fair"))
    for number in ("one", "two"):
        fields = {"text": f"zq7text{number}", "note": f"zq7note{number}", "reading": "ready", "published_at": None}
        version = make_version(publication=paper, content=f"%PDF zq7file{number}".encode(), **fields)
        image = ContentFile(f"zq7image{number}".encode(), name="page.png")
        runs = [[10, 10, 50, 10, f"zq7run{number}"]]
        VersionPage.objects.create(version=version, number=1, width=200, height=200, image=image, runs=runs)
    circulation = make_circulation(publication=paper, instructions="zq7asks", confidentiality="zq7closed")
    make_consultee(circulation=circulation, member=readers["asked"])
    make_consultee(circulation=circulation, member=readers["through"], via_group=other_group)
    make_consultee(circulation=circulation, member=readers["taken_off"], removed_at=NOW)
    for name in ("chair", "asked", "taken_off"):
        make_news_feed(actor=readers[name], now=NOW)
    return World(paper, circulation, readers)


def files(number, who):
    return {f"zq7{word}{number}": who for word in FILES}


def words(*, paper, title=frozenset(), one=frozenset(), two=frozenset(), texts=None, asks=DRAFTING):
    """Who comes upon what. ``texts``: who searches in each file or compares it, where not all who read it do."""
    found = dict.fromkeys(PAPER, paper) | {"zq7title": paper | title, "zq7subtitle": paper | title}
    found |= files("one", one) | files("two", two)
    found["zq7textone"], found["zq7texttwo"] = texts or (one, two)
    found |= {"zq7asks": asks, "zq7closed": asks}
    return {word: set(who) for word, who in found.items() if who}


def without_notes(found):
    return {word: who for word, who in found.items() if not word.startswith("zq7note")}


def test_draft_is_for_those_who_lead_or_wrote_it_and_the_file_circulated_for_who_is_asked(client, world):
    asked = DRAFTING | ASKED
    open_ = words(paper=DRAFTING, title=ASKED, one=DRAFTING, two=asked, texts=(DRAFTING, DRAFTING), asks=asked)

    assert without_notes(world.found(client)) == open_
    assert without_notes(world.found(client, "resolving", "closed", visibility="public")) == open_
    shut = words(paper=DRAFTING, one=DRAFTING, two=DRAFTING)
    assert without_notes(world.found(client, "draft", "cancelled")) == shut


def test_who_is_taken_off_or_leaves_comes_upon_nothing_more(client, world, coordinator):
    world.circulation.consultees.filter(member=world.readers["asked"]).update(removed_at=NOW)
    end_membership(actor=coordinator, membership=Membership.objects.get(member=world.readers["through"]), now=NOW)
    Author.objects.filter(member=world.readers["author"]).delete()

    shut = words(paper=LEADING, one=LEADING, two=LEADING, asks=LEADING)
    assert without_notes(world.found(client)) == shut
    world.paper.title = "zq7renamed"
    world.paper.save()
    assert "zq7renamed" not in exported(world.readers)


def test_published_paper_shows_what_was_published_and_only_to_its_readers(client, world):
    Version.objects.filter(number=2).update(published_at=NOW)
    asks = DRAFTING | ASKED

    found = without_notes(world.found(client, "published", "closed", visibility="public"))
    assert found == words(paper=ALL, one=DRAFTING, two=ALL, asks=asks)
    found = without_notes(world.found(client, visibility="group"))
    readers = GROUP | {"author"}
    assert found == words(
        paper=readers, title=ASKED, one=DRAFTING, two=readers | ASKED, texts=(DRAFTING, readers), asks=asks
    )


def test_withdrawn_paper_keeps_its_page_and_hides_its_files(client, world):
    Version.objects.update(published_at=NOW)

    found = without_notes(world.found(client, "withdrawn", "cancelled", visibility="public"))

    assert found == words(paper=ALL, one=DRAFTING, two=DRAFTING)


def etag_of(answer):
    """Read the answer to its end, which closes a file."""
    assert answer.getvalue()
    return answer.headers["ETag"]


def test_nothing_is_confirmed_to_who_knows_the_etag_of_what_they_may_not_see_any_more(client, world):
    asked = world.readers["asked"]
    client.force_login(asked)
    feed = NewsFeed.objects.get(member=asked)
    version = "/publications/letters/versions/2/"
    paths = [f"{version}file/", f"{version}pages/1/image/", f"/feed/{feed.token}/"]
    etags = {path: etag_of(client.get(path)) for path in paths}
    assert [client.get(path, headers={"If-None-Match": etag}).status_code for path, etag in etags.items()] == [304] * 3

    world.circulation.consultees.update(removed_at=NOW)
    revoke_news_feed(actor=asked, now=NOW)

    for path, etag in etags.items():
        answer = client.get(path, headers={"If-None-Match": etag, "If-Modified-Since": http_date(NOW.timestamp())})
        assert answer.status_code == 404
        assert not {"ETag", "Last-Modified"} & set(answer.headers)
