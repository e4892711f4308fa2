"""Markdown is shown safely, quickly and with its meaning kept."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.text import (
    MAX_CHARACTERS,
    MAX_LINKS,
    people_in,
    to_plain_text,
    to_post_html,
    to_post_plain_text,
    to_safe_html,
    to_safe_json,
    to_safe_svg,
    with_names,
)
from tests.work import calls_in

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "<javascript:alert(1)>",
    "![x](https://example.org/pixel.png)",
    '[x](https://example.org "a\\" onmouseover=\\"alert(1)")',
    "[x](//example.org)",
    "[x](/admin/)",
    "<a href='https://example.org' style='color:red' onclick='x()'>x</a>",
    "<iframe src=https://example.org></iframe>",
    "<svg><animate onbegin=alert(1)>",
    "&lt;script&gt;",
    "`<script>`",
]
SLOW = {
    "open brackets": "[" * 10_000,
    "many open brackets": "[" * MAX_CHARACTERS,
    "quotes": ">" * 10_000,
    "spaced quotes": "> " * 10_000,
    "half links": "[a](b" * 10_000,
    "images": "![[" * 16_000,
    "half addresses": "://" * 16_000,
    "hosts": "//a.bc/" * 7_000,
    "mail addresses": "a@b." * 12_000,
    "emphasis": "*a " * 16_000,
    "emphasis in brackets": "[*" * 25_000,
    "backticks": "".join("`" * length + " " for length in range(1, 300)),
    "table": "a|b\n-|-\n" + "\n|" * 20_000,
    "megabyte of prose": "The letter of authorisation opens the door. " * 23_000,
    "megabyte of one word": "a" * 1_000_000,
}


def addresses(html):
    return re.findall(r'href="([^"]*)"', html)


@pytest.mark.parametrize("source", HOSTILE)
def test_to_safe_html_hostile_source_leaves_no_live_markup(source):
    html = to_safe_html(source)

    without_values = re.sub(r'"[^"]*"', '""', html)
    assert not re.search(r"<(script|img|iframe|svg|style|object|form|input)", html)
    assert not re.search(r"<[^>]*\s(on\w+|style|src)=", without_values)
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in addresses(html))


@settings(deadline=None)
@given(st.text(alphabet="<>\"'=()[]!*_`#&;:/\\ \nabjlopstcrinhef1\u202e\x00", max_size=200))
def test_to_safe_html_any_text_leaves_only_listed_tags(source):
    tags = set(re.findall(r"<([a-z0-9]+)", to_safe_html(source)))

    allowed = "a blockquote br code del em h2 h3 h4 h5 h6 hr li ol p pre s strong table tbody td th thead tr ul"
    assert tags <= set(allowed.split())


def test_to_safe_html_links_carry_rel_and_only_known_schemes():
    html = to_safe_html("[paper](https://example.org/a) and https://example.org/b, ann@example.org")

    assert addresses(html) == ["https://example.org/a", "https://example.org/b", "mailto:ann@example.org"]
    assert html.count('rel="nofollow noopener"') == 3


def test_to_safe_html_word_with_dot_is_no_link():
    assert addresses(to_safe_html("See notes.md and Art.no 6")) == []


def test_to_safe_html_headings_start_below_the_page():
    assert to_safe_html("# One\n\n## Two\n") == "<h3>One</h3>\n<h4>Two</h4>\n"
    assert to_safe_html("## Two\n") == "<h3>Two</h3>\n"
    assert to_safe_html("# One\n", top_level=2) == "<h2>One</h2>\n"


def test_to_safe_html_table_loses_its_inline_style():
    html = to_safe_html("| a |\n|--:|\n| 1 |\n")

    assert "<td>1</td>" in html
    assert "style" not in html


def assert_work_grows_with(source, draw):
    """Twice the text is twice the work; and what is most of it stays far below a second on any machine of today."""
    half, whole = (calls_in(draw, source[:size]) for size in (len(source) // 2, len(source)))
    assert whole < 2.5 * half
    assert whole < 5_000_000


@pytest.mark.parametrize("source", SLOW.values(), ids=SLOW.keys())
def test_to_safe_html_slow_source_is_little_work(source):
    assert_work_grows_with(source[:MAX_CHARACTERS], to_safe_html)
    assert calls_in(to_safe_html, source) < 5_000_000


def test_to_safe_html_long_text_is_cut_at_a_line_and_says_so():
    source = "A line.\n" * MAX_CHARACTERS

    html = to_safe_html(source)

    assert "too long to be shown in full" in html
    assert html.count("A line.") == MAX_CHARACTERS // len("A line.\n")


def test_to_safe_html_text_within_the_limit_is_whole():
    assert "too long" not in to_safe_html("a" * MAX_CHARACTERS)


def test_to_safe_html_very_many_links_stay_words():
    assert addresses(to_safe_html("[a](https://example.org)\n" * (MAX_LINKS + 1))) == []


def test_to_plain_text_keeps_lists_tables_and_addresses():
    source = (
        "# Agenda\n\nSee [the paper](https://example.org/p) or ann@example.org.\n\n"
        "- one\n- two\n  1. three\n  2. four\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code\n"
    )

    assert to_plain_text(source) == (
        "Agenda\n\nSee the paper (https://example.org/p) or ann@example.org.\n\n"
        "- one\n- two\n  1. three\n  2. four\n\na | b\n1 | 2\n\ncode"
    )


def test_to_post_plain_text_marks_what_is_quoted_and_numbers_notes():
    source = (
        "> He is wrong,\n> plainly.\n>\n> - first\n>\n> > Deeper.\n\nI disagree[^a]. See #3[^b] and ![map](https://x.org/m).\n\n"
        "[^a]: Word\n[^b]: Two\n    lines\n"
    )

    assert to_post_plain_text(source) == (
        "> He is wrong,\n> plainly.\n\n> - first\n\n> > Deeper.\n\nI disagree [1]. See #3 [2] and map (https://x.org/m).\n\n"
        "[1] Word\n[2] Two\nlines"
    )


def test_to_plain_text_hides_addresses_nobody_may_open():
    assert to_plain_text("[x](/admin/) & <b>") == "x & <b>"


def test_to_plain_text_long_text_says_so():
    assert to_plain_text("a\n" * MAX_CHARACTERS).endswith("It ends here, after 50000 characters.")


def test_to_safe_svg_keeps_paths_and_nothing_else():
    drawing = '<svg viewBox="0 0 9 9" onload="x()"><script>x()</script><path d="M0 0h9v9z" style="fill:red"/></svg>'

    assert to_safe_svg(drawing) == '<svg viewBox="0 0 9 9"><path d="M0 0h9v9z"></path></svg>'


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!-- <script>", "a & b", "line\u2028end\u2029", "Größe"]
)
def test_json_in_a_page_ends_no_script_and_reads_back(text):
    written = to_safe_json({"name": text})

    assert not set(written) & set("<>&\u2028\u2029")
    assert json.loads(written) == {"name": text}


WHERE = {"anchor": "ab12", "person": "/members/", "post": "/discussions/7/posts/"}
REL = ' rel="nofollow noopener"'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Ask @{12}.", f'<p>Ask <a href="/members/12/"{REL}>@{{12}}</a>.</p>'),
        ("As in #3: yes", f'<p>As in <a href="/discussions/7/posts/3/"{REL}>#3</a>: yes</p>'),
        ("`@{12} #3`", "<p><code>@{12} #3</code></p>"),
        ("a#3 ##4 &#53; #5x", "<p>a#3 ##4 5 #5x</p>"),
        ("[see #3](https://example.org/)", f'<p><a href="https://example.org/"{REL}>see #3</a></p>'),
        ("![a map](https://example.org/m.png)", f'<p><a href="https://example.org/m.png"{REL}>a map</a></p>'),
        ("[in](/admin/) [out](//example.org/)", f"<p><a{REL}>in</a> <a{REL}>out</a></p>"),
        (
            "Thus[^a]\n\n[^a]: Art. 6",
            f'<p>Thus<sup><a href="#nab12-1"{REL}>1</a></sup></p>\n<hr><ol><li id="nab12-1"><p>Art. 6</p>\n</li></ol>',
        ),
    ],
)
def test_to_post_html_draws_references_and_leads_nowhere_else(source, html):
    assert to_post_html(source, **WHERE).strip() == html


@pytest.mark.parametrize("source", HOSTILE)
def test_to_post_html_hostile_source_leaves_no_live_markup(source):
    html = to_post_html(source, **WHERE)

    assert not re.search(r"<(script|img|iframe|svg|style|object|form|input)", html)
    assert not re.search(r"<[^>]*\s(on\w+|style|src)=", re.sub(r'"[^"]*"', '""', html))
    assert all(address.startswith(("http://", "https://", "mailto:")) for address in addresses(html))


@settings(deadline=None)
@given(st.text(alphabet="<>\"'=()[]!*_`#&;:/\\^@{} \nabjlopstcrinhef1\u202e\x00", max_size=200))
def test_to_post_html_any_text_leaves_only_listed_tags(source):
    tags = set(re.findall(r"<([a-z0-9]+)", to_post_html(source, **WHERE)))

    allowed = "a blockquote br code del em h2 h3 h4 h5 h6 hr li ol p pre s strong sup table tbody td th thead tr ul"
    assert tags <= set(allowed.split())


POST_BOMBS = {
    **SLOW,
    "marks of notes": "[^1]" * 7_000 + "\n\n[^1]: x",
    "notes": "\n".join(f"[^{number}]: [^{number + 1}]" for number in range(2_000)),
    "notes in notes": "[^1]: " * 5_000,
    "people": "@{12}" * 6_000,
    "posts": "#1 " * 10_000,
}


@pytest.mark.parametrize("name", POST_BOMBS)
def test_to_post_html_bomb_is_little_work(name):
    assert_work_grows_with(POST_BOMBS[name][:30_000], lambda source: to_post_html(source, **WHERE))


def test_with_names_puts_in_those_known_and_escapes_them():
    html = to_post_html("@{1} @{2} `@{1}`", **WHERE)

    named = with_names(html, {1: "<b>Ann</b>"})

    assert ">@&lt;b&gt;Ann&lt;/b&gt;</a>" in named
    assert ">@{2}</a>" in named


def test_people_are_those_of_the_source_and_not_what_an_escape_makes_of_it():
    source = r"@{1} @\{2} @&#123;3} @&lbrace;4} &#64;{5}"

    assert people_in(source) == {1}
    assert people_in(to_post_html(source, **WHERE)) == {1, 2, 3, 4, 5}
