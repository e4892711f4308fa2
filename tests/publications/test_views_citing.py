"""Citations as files: read back by other software, and only by those who may see the publication."""

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware, MergeNameParts, SeparateCoAuthors, SplitNameParts
from pylatexenc.latex2text import LatexNodes2Text, MacroTextSpec, get_default_latex_context_db

from tests.budget import queries_of
from tests.make import make_publication, make_topic

CAST = ["coordinator", "chair", "member", "observer", "other_member", "suspended", "stranger"]
ENDINGS = ["bib", "ris", "json"]
HOSTILE = [
    "Plain",
    r"100 % of a & b #1 _x_ $x^2$ ~ \alpha {curly} \{ C₂",
    "A { that nobody closes",
    "A } that nobody opened",
    "Ends with a backslash \\",
    "العنوان بالعربية: المادة 6",
    "碳市場 🌍 “quoted” — ‘dashes’",
    "ER - TY - JOUR",
    "@book{x, title = {y}}",
    "<b>bold</b> & \"quoted\" 'x'",
    "and, and AND",
]  # fmt: skip

pytestmark = pytest.mark.usefixtures("frozen")


def read_bibtex(text):
    """The one entry, its names in parts and LaTeX undone."""
    known = get_default_latex_context_db()
    # What LaTeX makes of these, and the decoder does not.
    prints = {"textbraceleft": "{", "textbraceright": "}", "textasciicircum": "^"}
    known.add_context_category("ours", macros=[MacroTextSpec(*each) for each in prints.items()], prepend=True)
    decoder = LatexNodes2Text(latex_context=known, keep_braced_groups=True)
    names = [SeparateCoAuthors(), SplitNameParts(), MergeNameParts(style="last")]
    stack = [*names, LatexDecodingMiddleware(decoder=decoder)]
    library = bibtexparser.parse_string(text, append_middleware=stack)
    assert library.failed_blocks == []
    [entry] = library.entries
    return entry


def bare(text):
    """Without the braces that keep capitals."""
    return text.replace("{", "").replace("}", "")


@pytest.fixture
def paper(group):
    publication = make_publication(
        group=group,
        visibility="public",
        slug="authorisation",
        title="Article 6 authorisation",
        subtitle="Key issues",
        kind="policy_brief",
        published_on=date(2023, 11, 5),
        doi="10.5281/zenodo.1_2",
        licence="CC-BY-4.0",
        abstract="First *line*.\n\nSecond line.",
        authors=(),
    )
    publication.authors.create(position=2, organisation="Institute for A, B and C")
    publication.authors.create(position=1, name="Ada van der Berg", organisation="Not cited")
    publication.authors.create(position=3, name="王小明")
    publication.topics.add(make_topic(title="Registries"))
    return publication


def test_bibtex_is_read_back(client, paper):
    response = client.get("/publications/authorisation.bib")
    entry = read_bibtex(response.text)

    assert response.headers["Content-Type"] == "application/x-bibtex; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="authorisation.bib"'
    assert (entry.entry_type, entry.key) == ("techreport", "authorisation")
    assert [bare(name) for name in entry["author"]] == ["van der Berg, Ada", "Institute for A, B and C", "王小明"]
    assert {name: bare(field.value) for name, field in entry.fields_dict.items() if name != "author"} == {
        "title": "Article 6 authorisation: Key issues",
        "type": "Policy brief",
        "institution": "Carbon Market Mechanisms Working Group",
        "year": "2023",
        "month": "nov",
        "day": "5",
        "doi": "10.5281/zenodo.1_2",
        "url": "http://localhost:8000/publications/authorisation/",
        "language": "en",
        "copyright": "CC BY 4.0",
        "keywords": "Registries",
        "abstract": "First line. Second line.",
    }


def test_ris_is_read_back(client, paper):
    response = client.get("/publications/authorisation.ris")
    [entry] = rispy.loads(response.text)

    assert response.headers["Content-Type"] == "application/x-research-info-systems; charset=utf-8"
    assert entry == {
        "type_of_reference": "RPRT",
        "authors": ["van der Berg, Ada", "Institute for A, B and C", "王小明"],
        "title": "Article 6 authorisation: Key issues",
        "year": "2023",
        "date": "2023/11/05/",
        "publisher": "Carbon Market Mechanisms Working Group",
        "type_of_work": "Policy brief",
        "doi": "10.5281/zenodo.1_2",
        "urls": ["http://localhost:8000/publications/authorisation/"],
        "language": "en",
        "keywords": ["Registries"],
        "notes": ["Licence: CC BY 4.0"],
        "abstract": "First line. Second line.",
    }
    assert all(line[2:6] == "  - " for line in response.text.split("\r\n")[:-1])


def test_csl_is_what_the_schema_asks_for(client, paper):
    response = client.get("/publications/authorisation.json")

    assert response.headers["Content-Type"] == "application/vnd.citationstyles.csl+json; charset=utf-8"
    assert json.loads(response.content) == [
        {
            "id": "authorisation",
            "type": "report",
            "genre": "Policy brief",
            "title": "Article 6 authorisation: Key issues",
            "title-short": "Article 6 authorisation",
            "author": [
                {"family": "Berg", "given": "Ada", "non-dropping-particle": "van der"},
                {"literal": "Institute for A, B and C"},
                {"literal": "王小明"},
            ],
            "issued": {"date-parts": [[2023, 11, 5]]},
            "publisher": "Carbon Market Mechanisms Working Group",
            "DOI": "10.5281/zenodo.1_2",
            "URL": "http://localhost:8000/publications/authorisation/",
            "language": "en",
            "keyword": "Registries",
            "abstract": "First line. Second line.",
            "custom": {"license": "https://creativecommons.org/licenses/by/4.0/"},
        }
    ]


@pytest.mark.parametrize("title", HOSTILE)
def test_every_format_brings_back_the_title_as_written(client, group, title):
    make_publication(group=group, visibility="public", slug="hostile", title=title, authors=(title,), abstract=title)

    entry = read_bibtex(client.get("/publications/hostile.bib").text)
    [ris] = rispy.loads(client.get("/publications/hostile.ris").text)
    [csl] = json.loads(client.get("/publications/hostile.json").content)

    assert entry["title"] == f"{{{title}}}"
    assert ris["title"] == csl["title"] == title
    assert len(entry["author"]) == len(ris["authors"]) == len(csl["author"]) == 1


def test_breaks_and_controls_end_no_line(client, group):
    publication = make_publication(group=group, visibility="public", slug="broken")
    type(publication).objects.update(title="One\r\nER  - \x07two\u202e")
    publication.authors.update(name="Eve\nAU  - Mallory")

    [ris] = rispy.loads(client.get("/publications/broken.ris").text)

    assert (ris["title"], len(ris["authors"])) == ("One ER - two", 1)


def test_day_nobody_knows_is_not_said(client, group):
    make_publication(
        group=group, visibility="public", slug="month", published_on=date(2023, 11, 1), day_is_known=False, authors=()
    )

    entry = read_bibtex(client.get("/publications/month.bib").text)
    [ris] = rispy.loads(client.get("/publications/month.ris").text)
    [csl] = json.loads(client.get("/publications/month.json").content)

    assert "day" not in entry.fields_dict
    assert ris["date"] == "2023/11//"
    assert csl["issued"] == {"date-parts": [[2023, 11]]}
    # Without authors it is by who publishes it.
    assert csl["author"] == [{"literal": "Carbon Market Mechanisms Working Group"}]
    assert ris["authors"] == ["Carbon Market Mechanisms Working Group"]


def test_withdrawn_paper_says_so(client, group):
    make_publication(group=group, visibility="public", slug="gone", state="withdrawn", withdrawn_reason="Wrong figures")

    assert "Wrong figures" in client.get("/publications/gone/").text
    assert read_bibtex(client.get("/publications/gone.bib").text)["note"] == "Withdrawn"
    assert rispy.loads(client.get("/publications/gone.ris").text)[0]["notes"] == ["Withdrawn"]
    assert json.loads(client.get("/publications/gone.json").content)[0]["status"] == "withdrawn"


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("visibility", "state", "welcome"),
    [
        ("public", "published", CAST),
        ("members", "published", CAST[:5]),
        ("group", "published", CAST[:4]),
        ("coordinators", "published", CAST[:2]),
        ("public", "draft", []),
        ("public", "cleared", []),
    ],
)
def test_citation_opens_to_those_who_may_see_what_is_out(client, group, request, visibility, state, welcome, ending):
    make_publication(group=group, visibility=visibility, state=state, slug="kept", title="zq7-title")
    missing = client.get(f"/publications/none.{ending}")
    opened = []

    for who in CAST:
        client.logout()
        reader = request.getfixturevalue(who)
        if reader:
            client.force_login(reader)
        response = client.get(f"/publications/kept.{ending}")
        opened += [who] if response.status_code == 200 else []
        assert ("zq7-title" in response.text) == (response.status_code == 200)

    client.logout()
    assert opened == welcome
    if "stranger" not in welcome:
        hidden = client.get(f"/publications/kept.{ending}")
        assert (hidden.status_code, hidden.content) == (missing.status_code, missing.content) == (404, missing.content)


def test_citation_never_names_the_group(client, group):
    group.visibility = "group"
    group.save()
    make_publication(group=group, visibility="public", slug="paper")

    for ending in ENDINGS:
        assert group.name not in client.get(f"/publications/paper.{ending}").text


@pytest.mark.parametrize("count", [1, 3, 300])
def test_citation_costs_the_same_whatever_it_says(client, group, member, count):
    publication = make_publication(
        group=group, visibility="public", slug="p", authors=[f"Author {n}" for n in range(count)]
    )
    publication.topics.add(*(make_topic() for _number in range(min(count, 10))))

    for ending in ENDINGS:
        assert queries_of(client, None, f"/publications/p.{ending}") == 3
        assert queries_of(client, member, f"/publications/p.{ending}") == 6
