"""The search as both databases do it, over events and papers."""

import re

import pytest
from django.db import connection

from apps.core import search
from apps.core.indexing import reindex
from apps.core.models import SearchEntry
from apps.core.searchable import every
from apps.core.searchwords import read
from apps.core.snippets import marked, snippet
from apps.publications.models import Publication
from tests.make import NOW, make_event, make_group, make_member, make_publication, make_topic, make_version

pytestmark = pytest.mark.django_db


def titles(typed, reader=None, **narrowing):
    asked = read(typed)
    hits = search.find(asked, reader, search.Narrowing(**narrowing))
    found = search.windows(hits, asked)
    return [found[hit.entry_id].title for hit in hits]


def paper(title, **fields):
    return make_publication(group=fields.pop("group", None) or make_group(), title=title, visibility="public", **fields)


def test_all_words_must_be_there_and_the_last_may_go_on():
    paper("Baselines for crediting", abstract="Sectoral ones.")
    paper("Baselines", abstract="Nothing else.")

    assert titles("sectoral baselines") == ["Baselines for crediting"]
    assert titles("baselines credit") == ["Baselines for crediting"]
    assert titles("credit baselines") == []
    assert sorted(titles("base")) == ["Baselines", "Baselines for crediting"]


def test_quoted_words_stand_in_a_row():
    paper("One", abstract="The carbon market of today")
    paper("Two", abstract="A market for carbon")

    assert titles('"carbon market"') == ["One"]
    assert sorted(titles("carbon market")) == ["One", "Two"]


def test_accents_capitals_and_other_scripts_fold():
    paper("Détection en Łódź", abstract="Nguyễn, Straße, CO₂, الكربون, Côte d’Ivoire, eﬃcient")

    for typed in (
        *("detection", "DÉTECTION", "lodz", "nguyen", "Nguyễn", "strasse", "straße", "co2", "CO₂", "الكربون"),
        *("cote d'ivoire", "ivoire", "efficient", "detec"),
    ):
        assert titles(typed) == ["Détection en Łódź"], typed


def test_a_word_in_the_title_comes_first_and_of_equals_the_newer():
    days = [NOW.date().replace(day=day) for day in (1, 2, 3)]
    old, new = "Register of Bonn", "Register of Rome"
    paper("Another", abstract="A register and more words.", published_on=days[2])
    paper(old, published_on=days[0])
    paper(new, published_on=days[1])

    assert titles("register") == [new, old, "Another"]


@pytest.mark.parametrize(
    "typed",
    ['"', '""', "*", "a* OR b", "NEAR(a, 2)", "title:x", "-x", "'; --", "\x00", "\ud800", "&|!():*", "<->", "a\\", "'"],
)
def test_no_text_is_an_order_to_the_database(typed):
    paper("Plain")

    assert titles(typed) == []


def test_what_is_no_word_finds_nothing_and_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert search.find(read("… !"), None) == []


def test_narrowing_by_year_group_and_topic(group):
    topic = make_topic()
    here = paper("Register here", group=group, published_on="2024-12-31")
    here.topics.add(topic)
    paper("Register there", published_on="2025-01-01")
    make_event(title="Register met", visibility="public", group=group, starts_at=NOW, slug="met")

    assert titles("register", year=2024) == ["Register here"]
    assert titles("register", year=2025) == ["Register there"]
    assert titles("register", year=2027) == ["Register met"]
    assert sorted(titles("register", group=group.slug)) == ["Register here", "Register met"]
    assert titles("register", topic=topic.slug) == ["Register here"]
    assert titles("register", topic="none") == []


def test_every_save_is_found_at_once():
    publication = paper("First words")
    publication.title = "Second words"
    publication.save()

    assert titles("first") == []
    assert titles("second") == ["Second words"]

    Publication.objects.filter(pk=publication.pk).update(title="Third words")
    assert titles("third") == ["Third words"]

    version = make_version(publication=publication, text="Inside the file stands quokka.", published_at=NOW)
    assert titles("quokka") == ["Third words"]
    make_version(publication=publication, text="A newer file.", published_at=NOW)
    assert titles("quokka") == []
    version.publication.versions.order_by("-number").first().delete()
    assert titles("quokka") == ["Third words"]

    publication.versions.all().delete()
    Publication.objects.filter(pk=publication.pk).delete()
    assert titles("third") == []
    assert SearchEntry.objects.count() == 0


def test_a_save_of_other_columns_touches_no_entry(django_assert_num_queries):
    event = make_event(title="Kept")

    with django_assert_num_queries(1):
        event.save(update_fields=["settles_at"])


def test_reindexing_twice_changes_nothing():
    paper("Any")
    make_event(title="Other")

    assert reindex() == 0


def test_a_paper_of_a_megabyte_is_found_by_its_beginning():
    long = paper("Long")
    words = " ".join(f"word{number}" for number in range(150_000))
    make_version(publication=long, text=f"xylophone {words}", published_at=NOW)

    assert titles("xylophone") == ["Long"]
    assert titles("word10") == ["Long"]


def test_a_snippet_shows_the_place_deep_in_a_long_text():
    deep = paper("Deep")
    make_version(
        publication=deep,
        text=f"{'begin ' * 3000}here stands the Zürich quokka, alone {'and on ' * 3000}",
        published_at=NOW,
    )
    asked = read("zurich quok")

    [entry] = search.windows(search.find(asked, None), asked).values()
    stretches = snippet(entry.window, entry.begins - 1, entry.length, asked)

    assert [stretch.text for stretch in stretches if stretch.is_found] == ["Zürich", "quokka"]
    assert stretches[0].text == stretches[-1].text == "…"
    assert sum(len(stretch.text) for stretch in stretches) < 270


def test_marks_fall_on_whole_words_as_written():
    assert marked("Art. 6.4 in Ärt, party", read('art "6.4"')) == [
        ("Art", True),
        (". ", False),
        ("6.4", True),
        (" in ", False),
        ("Ärt", True),
        (", party", False),
    ]


def test_the_index_can_be_dropped_and_built_again():
    paper("Kept words")
    search.drop()
    search.build()
    search.build()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_searchindex(core_searchindex) VALUES ('rebuild')")

    assert titles("kept") == ["Kept words"]


@pytest.mark.skipif(connection.vendor == "sqlite", reason="FTS5 has one index and reads it by ranges of ids")
@pytest.mark.parametrize("narrowing", [search.NOTHING, search.Narrowing(year=2026)], ids=["all", "of_a_year"])
def test_every_kind_is_looked_up_in_an_index_of_its_own(narrowing):
    chair = make_member(is_staff=True)
    with connection.cursor() as cursor:
        # Of no rows any way is as good as another; these are the only other ones.
        for statement in ("DROP CONSTRAINT core_searchentry_pkey", "DROP CONSTRAINT search_entry_once"):
            cursor.execute(f"ALTER TABLE core_searchentry {statement}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        for searchable in every():
            for part in searchable.parts:
                sql, values = search._query(searchable, part, chair, "'word'", narrowing)
                cursor.execute(f"EXPLAIN {sql}", values or None)
                plan = "".join(line for (line,) in cursor.fetchall())
                assert set(re.findall(r"search_words\w*", plan)) == {f"search_words_{searchable.number}"}


@pytest.mark.skipif(connection.vendor == "sqlite", reason="FTS5 has one index and reads it by ranges of ids")
def test_building_takes_the_one_index_for_all_away():
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX search_words ON core_searchentry USING gin (vector)")
        search.build()
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname LIKE 'search_words%'")
        names = {name for (name,) in cursor.fetchall()}

    assert names == {f"search_words_{searchable.number}" for searchable in every()}


@pytest.mark.parametrize("count", [1, 30, 31, 40])
def test_a_beginning_finds_every_word_that_begins_so_however_many_there_are(count):
    words = [f"baseline{'abcdefgh'[number // 8]}{'abcdefgh'[number % 8]}" for number in range(count)]
    for word in words:
        paper(f"On {word} today")

    assert sorted(titles("baseline")) == sorted(f"On {word} today" for word in words)
    assert sorted(titles('on "baselineaa"')) == ["On baselineaa today"]


def test_a_beginning_after_a_dot_stands_right_behind_the_word_before():
    paper("Article 6.4567 and more")
    paper("Article 4567 and 6")

    assert titles("6.4567") == ["Article 6.4567 and more"]
    assert titles("6.45") == ["Article 6.4567 and more"]
    assert titles("5.4567") == []


def test_every_way_to_find_is_looked_through(member, coordinator):
    for searchable in every():
        for reader in (None, member, coordinator):
            assert set(searchable.ways(reader)) <= set(searchable.parts), searchable.kind
