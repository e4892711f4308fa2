"""Markdown to safe HTML: the only sanitiser of the portal, and the only place that declares markup safe.

Markdown is rendered with raw HTML switched off, and the result passes an allow-list all the same, so that a fault in
the one is caught by the other. No images (a remote image tells its host who reads), links to the web and to mail only.
"""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import nh3
from django.core.serializers.json import DjangoJSONEncoder
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from apps.core.plain import write_plain
from apps.core.references import PERSON, references_plugin

# Measured: the slowest 50,000 characters take under a second. What is longer is cut, and says so.
MAX_CHARACTERS = 50_000
# The link rules of the parser take quadratic time on half-written links; no text for people holds this many.
MAX_LINKS = 500
_LINK_STARTS = ("[", "//", "@")
# The last two were line ends to older JavaScript.
_JSON_ESCAPES = {ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"}

_TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "s",
        "strong",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_ATTRIBUTES = {"a": frozenset({"href", "title"}), "ol": frozenset({"start"})}
# Raise it whenever texts come out differently: what was drawn by an earlier edition and kept is then drawn anew.
EDITION = 1
# What only posts may hold besides: footnotes, which lead from place to place within the page.
_POST_TAGS = _TAGS | {"sup"}
_POST_ATTRIBUTES = {**_ATTRIBUTES, "li": frozenset({"id"})}
_OUTWARD = re.compile(r"(?:https?:|mailto:).*|#n[0-9a-z]+-[0-9]+", re.IGNORECASE | re.DOTALL)
_SCHEMES = frozenset({"http", "https", "mailto"})
_SVG_ATTRIBUTES = {
    "svg": frozenset({"viewBox", "width", "height"}),
    "path": frozenset({"d", "fill", "fill-opacity", "fill-rule", "stroke"}),
}


def to_safe_html(source: str, top_level: int = 3) -> SafeString:
    """Return ``source``, Markdown written by anybody, as HTML that can stand in a page.

    The highest heading used becomes ``top_level`` (3 under a section's ``h2``): the page's outline stays whole. A text
    of more than MAX_CHARACTERS is cut at a line and ends with a sentence that says so. Costs under a second whatever
    the text holds; the last texts asked for are kept, as one agenda is read by many.
    """
    kept = _cut(source)
    html = _safe_html(kept, top_level)
    if len(kept) < len(source):
        return format_html("{}<p><em>{}</em></p>", html, _cut_remark())
    return html


@lru_cache(maxsize=128)
def _safe_html(source: str, top_level: int) -> SafeString:
    return _clean(_render(source, top_level, _parser(_holds_few_links(source)), {}))


def to_post_html(source: str, *, anchor: str, person: str, post: str) -> SafeString:
    """Return a post as HTML: Markdown, and what ``apps.core.references`` adds to it.

    ``person`` and ``post`` are addresses that end before a number, whole ones for mail; ``anchor``, of lower-case
    letters and digits, tells this text's notes from those of others on the page. People stand as ``@{12}``;
    ``with_names`` puts their names in.
    """
    kept = _cut(source)
    parser = _post_parser(_holds_few_links(kept))
    html = _render(kept, 3, parser, {"anchor": anchor, "person": person, "post": post})
    return _clean_post(html, re.compile(rf"(?:{re.escape(person)}|{re.escape(post)})[0-9]+/"))


def with_names(html: str, names: Mapping[int, str]) -> SafeString:
    """Return what ``to_post_html`` made, today or when it was kept, with the names of those it mentions.

    ``names`` are of the people in its source: what looks like one of others, made so by an escape, stays as it is.
    """

    def named(found: re.Match[str]) -> str:
        name = names.get(int(found[1]))
        return found[0] if name is None else escape(f"@{name}")

    return mark_safe(PERSON.sub(named, html))  # noqa: S308 - made by to_post_html, and the names are escaped


def people_in(source: str) -> set[int]:
    """Return the numbers of the people that a post mentions. Ask its source: escapes make others of its HTML."""
    return {int(found[1]) for found in PERSON.finditer(source)}


def to_plain_text(source: str) -> str:
    """Return Markdown as plain text for the text part of a mail, with each link's address after its words.

    The last texts asked for are kept.
    """
    kept = _cut(source)
    text = _plain_text(kept)
    return f"{text}\n\n{_cut_remark()}" if len(kept) < len(source) else text


@lru_cache(maxsize=128)
def _plain_text(source: str) -> str:
    return write_plain(_parser(_holds_few_links(source)).parse(source))


def to_post_plain_text(source: str) -> str:
    """Return a post, with the names of people in the place of their numbers, as plain text: as ``to_plain_text``, with
    its notes at the end. The last texts asked for are kept.
    """
    kept = _cut(source)
    text = _post_plain_text(kept)
    return f"{text}\n\n{_cut_remark()}" if len(kept) < len(source) else text


@lru_cache(maxsize=128)
def _post_plain_text(source: str) -> str:
    nowhere = {"anchor": "", "person": "", "post": ""}
    return write_plain(_post_parser(_holds_few_links(source)).parse(source, nowhere))


def to_safe_svg(drawing: str) -> SafeString:
    """Return a drawing made of paths (a QR code) as SVG that can stand in a page; anything else in it is dropped."""
    return mark_safe(  # noqa: S308 - passed through the allow-list in the same expression
        nh3.clean(drawing, tags={"svg", "path"}, attributes=_SVG_ATTRIBUTES, url_schemes=set())
    )


def to_safe_json(data: Any) -> SafeString:
    """Return ``data`` as JSON that can stand in a script element: nothing in it ends that or begins a comment."""
    text = json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False)
    return mark_safe(text.translate(_JSON_ESCAPES))  # noqa: S308 - escaped in the same expression


def _clean(html: str) -> SafeString:
    return mark_safe(  # noqa: S308 - passed through the allow-list in the same expression
        nh3.clean(
            html,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes=_SCHEMES,
            url_relative="deny",
            link_rel="nofollow noopener",
        )
    )


def _clean_post(html: str, inward: re.Pattern[str]) -> SafeString:
    """Of addresses within the portal only those of ``inward`` lead anywhere."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        is_kept = name != "href" or inward.fullmatch(value) or _OUTWARD.fullmatch(value)
        return value if is_kept else None

    return mark_safe(  # noqa: S308 - passed through the allow-list in the same expression
        nh3.clean(
            html,
            tags=_POST_TAGS,
            attributes=_POST_ATTRIBUTES,
            attribute_filter=attribute,
            url_schemes=_SCHEMES,
            link_rel="nofollow noopener",
        )
    )


def _render(source: str, top_level: int, parser: MarkdownIt, env: dict[str, str]) -> str:
    tokens = parser.parse(source, env)
    headings = [token for token in tokens if token.type in {"heading_open", "heading_close"}]
    shift = top_level - min((int(token.tag[1]) for token in headings), default=1)
    for token in headings:
        token.tag = f"h{min(6, int(token.tag[1]) + shift)}"
    rendered: str = parser.renderer.render(tokens, parser.options, env)
    return rendered


@lru_cache(maxsize=2)
def _parser(with_links: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough"])
    parser.disable("image")
    if not with_links:
        return parser.disable("link")
    if parser.linkify is not None:
        # Addresses without a scheme are guesses: "Art.no" and "notes.md" are not web sites.
        parser.linkify.set({"fuzzy_link": False})
    return parser.enable("linkify")


@lru_cache(maxsize=2)
def _post_parser(with_links: bool) -> MarkdownIt:
    """The same parser with references; what searches for brackets is off where the text is full of them."""
    parser = MarkdownIt("commonmark", {"html": False, "linkify": True}).enable(["table", "strikethrough"])
    references_plugin(parser)
    if not with_links:
        return parser.disable(["link", "image", "footnote_def", "footnote_ref"])
    if parser.linkify is not None:
        parser.linkify.set({"fuzzy_link": False})
    return parser.enable("linkify")


def _holds_few_links(source: str) -> bool:
    return sum(source.count(start) for start in _LINK_STARTS) <= MAX_LINKS


def _cut(source: str) -> str:
    if len(source) <= MAX_CHARACTERS:
        return source
    kept = source[:MAX_CHARACTERS]
    return kept[: kept.rfind("\n") + 1] or kept


def _cut_remark() -> str:
    return _("This text is too long to be shown in full. It ends here, after %(count)s characters.") % {
        "count": MAX_CHARACTERS
    }
