"""The whole way of a paper: draft, circulated, commented on, chased, resolved, exported, published, found by others."""

import pytest

from tests.browser import tab  # noqa: F401  a fixture
from tests.journeys import libraries, matrices
from tests.journeys.paperacts import (
    PAPER,
    QUOTE,
    SETTLED,
    TITLE,
    WORD,
    add_file,
    circulate,
    comment_by_form,
    comment_by_spreadsheet,
    comment_on_a_page,
    enter,
    publish_at_a_set_time,
    resolve_all,
    step,
    write_draft,
    written_pdf,
)
from tests.journeys.paperseeds import (
    BERT,
    CHAIR,
    COMMENTS,
    DEADLINE_IN,
    HOUSE,
    NIGHT,
    NORA,
    OLAF,
    PEOPLE,
    PETRA,
    READER,
    REVIEWERS,
    SOFIA,
    STAFF,
    WANDA,
)
from tests.journeys.visitor import Visitor, link_in, mail_to, told, wait_for_mails, words_of

pytestmark = pytest.mark.journey

# Names that nobody else may come upon beside what was said.
WITHHELD = {WANDA: "Zq7veil", SOFIA: "Zq8cloak"}


def test_the_whole_way_of_a_paper(tab, live, smtp, ask, manage):  # noqa: F811  a fixture
    base, browser = f"http://localhost:{live.port}", tab.context.browser
    asked = ask(PEOPLE)
    visitors = [staff := Visitor(browser, base, STAFF)]

    desk = write_draft(staff)
    staff.see(f"{PAPER}versions/1/pages/1/", QUOTE)
    round_desk = circulate(staff, desk, len(asked))
    wait_for_mails(smtp, "Please review", REVIEWERS)
    wait_for_mails(smtp, "Please comment", set(asked) - {*REVIEWERS})
    visitors += (people := {who: enter(browser, base, smtp, who) for who in (WANDA, BERT, SOFIA, NORA, CHAIR)}).values()
    way = link_in(mail_to(smtp, BERT, "Please review"), "/circulation/").removeprefix(base)

    comment_on_a_page(people[WANDA], way)
    comment_by_form(people[BERT], way)
    comment_by_spreadsheet(people[SOFIA], way)
    people[NORA].press("I have no comments")
    ask(DEADLINE_IN.format(left="days=7, hours=12, seconds=3"))
    wait_for_mails(smtp, "Answer due", [OLAF, PETRA])
    nothing_is_given_away(people, staff, smtp, way, round_desk)

    ask(DEADLINE_IN.format(left="seconds=2"))
    people[CHAIR].see(way, ">Closed<")
    assert ask(NIGHT) == 4
    wait_for_mails(smtp, "Comments closed", [STAFF, CHAIR])
    summary = words_of(mail_to(smtp, STAFF, "Comments closed"))
    wanted = ("- Olaf Owing", "- Petra Owing", "Asked: 30. Answered: 4. Comments: 4.")
    assert [words for words in wanted if words not in summary] == []

    add_file(staff, desk, written_pdf(QUOTE, "Markets in the second version"))
    resolve_all(people[CHAIR], staff, way)
    assert told(smtp, "Comments resolved") == []
    people[CHAIR].follow("Tell those who answered …")
    people[CHAIR].press("Tell them")
    wait_for_mails(smtp, "Comments resolved", [WANDA, BERT, SOFIA, NORA])
    comments = ask(COMMENTS)
    assert [row["disposition"] for row in comments] == [disposition for disposition, *_more in SETTLED]
    matrix_says_what_the_database_holds(people[CHAIR], way, comments)
    pages = [f"resolution/{comment['pk']}/" for comment in comments]
    nothing_is_given_away(people, staff, smtp, way, round_desk, pages)

    step(staff, desk, "Clear")
    publish_at_a_set_time(staff, desk, ask)
    stranger = Visitor(browser, base)
    stranger.see(PAPER, TITLE)
    wait_for_mails(smtp, "New paper", [READER])
    is_found_by_other_software(base)
    nothing_is_given_away(people, staff, smtp, way, round_desk, pages)
    for path in (PAPER, "/publications/feed/", "/sitemap.xml", "/oai?verb=ListRecords&metadataPrefix=oai_dc"):
        assert_withheld(stranger.read(path).decode())

    each_mail_came_once(smtp)
    assert [visitor.faults for visitor in [*visitors, stranger] if visitor.faults] == []
    ledger = manage("check_ledger", **live.environment)
    assert (ledger.returncode, ledger.stdout) == (0, "No differences.\n")


def matrix_says_what_the_database_holds(chair, way, comments):
    """Cell by cell, in every form and edition, and nobody in the files who is not shown."""
    shown = {(row["attribution"], row["label"], row["author__email"]) for row in comments}
    assert shown == {("none", "", None), ("name", "Bert Open", BERT), ("organisation", HOUSE, None)}
    for ending, (read, written) in matrices.READERS.items():
        for edition, is_public in (("", False), ("?edition=public", True)):
            content = chair.read(f"{way}matrix.{ending}{edition}")
            rows = [matrices.cells_of(row, is_public=is_public) for row in comments]
            assert read(content) == [matrices.HEADERS, *(written(row) for row in rows)], (ending, edition)
            everything = matrices.parts_of(content)
            assert_withheld(everything)
            assert ("Bert Open" in everything) is not is_public


def nothing_is_given_away(people, staff, smtp, way, round_desk, pages=()):
    """Who withheld the name stands in no mail to others and on none of their pages beside what was said."""
    for reader in (people[BERT], people[NORA]):
        for path in ("", "comments/"):
            assert_withheld(reader.read(f"{way}{path}").decode())
    led = ["comments/", "resolution/", *pages]
    for reader in (people[CHAIR], staff):
        for path in led:
            assert_withheld(reader.read(f"{way}{path}").decode())
    for path in (f"{round_desk}../history/", "/admin/core/auditentry/?event__exact=export"):
        assert_withheld(staff.read(path).decode())
    for box in list(smtp.received):
        words = words_of(box.message)
        own = WITHHELD.get(box.recipients[0], "")
        assert [name for name in WITHHELD.values() if name != own and name in words] == []
        assert WORD not in words


def assert_withheld(text):
    assert [name for name in [*WITHHELD.values(), *WITHHELD] if name in text] == []


def is_found_by_other_software(base):
    address = f"{base}{PAPER}"
    assert libraries.feed_titles(base) == [(TITLE, address)]
    bibtex = libraries.bibtex_entry(address.rstrip("/"))
    assert (bibtex["title"], bibtex["author"], bibtex["url"]) == (TITLE, "van der Berg, Ada", address)
    ris = libraries.ris_entry(address.rstrip("/"))
    assert (ris["title"], ris["authors"], ris["urls"]) == (TITLE, ["van der Berg, Ada"], [address])
    csl = libraries.csl_entry(address.rstrip("/"))
    assert (csl["title"], csl["URL"]) == (TITLE, address)
    [record] = libraries.harvested(base)
    assert (record["title"], record["creator"]) == ([TITLE], ["Ada van der Berg"])
    assert record["identifier"][0] == address


def each_mail_came_once(smtp):
    mails = sorted((box.recipients[0], box.message["Subject"]) for box in smtp.received)
    assert len(mails) == len(set(mails)) == 30 + 2 + 2 + 4 + 1, mails
