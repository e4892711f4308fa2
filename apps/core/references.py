"""What posts can refer to beyond Markdown: people as ``@{12}``, posts of the same thread as ``#12``, and footnotes.

A plugin for the parser of ``apps.core.text``. Where they lead comes with each call, in the parser's ``env``: ``person``
and ``post`` (addresses that end with the number), ``anchor`` (what keeps the notes of one text apart from those of
others on its page). Images become links: a remote image tells its host who reads.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

# How somebody who is mentioned stands in the source of a text.
PERSON = re.compile(r"@\{(\d{1,18})\}")
# A post of the same thread, by its number.
POST = re.compile(r"(?<![\w#&/])#(\d{1,7})(?!\w)")


def references_plugin(parser: MarkdownIt) -> None:
    """Teach the parser all of it. Footnotes are left out where the text holds too many brackets to be searched."""
    parser.inline.ruler.before("escape", "person", _person)
    parser.inline.ruler.before("escape", "post", _post)
    parser.add_render_rule("image", _image)
    footnote_plugin(parser, inline=False)
    parser.add_render_rule("footnote_ref", _note_mark)
    parser.add_render_rule("footnote_block_open", lambda *args: "<hr><ol>")
    parser.add_render_rule("footnote_block_close", lambda *args: "</ol>")
    parser.add_render_rule("footnote_open", _note)
    parser.add_render_rule("footnote_close", lambda *args: "</li>")
    parser.add_render_rule("footnote_anchor", lambda *args: "")


def _person(state: StateInline, silent: bool) -> bool:
    found = PERSON.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    return _link(state, found, f"{state.env['person']}{found[1]}/", silent)


def _post(state: StateInline, silent: bool) -> bool:
    found = POST.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    return _link(state, found, f"{state.env['post']}{int(found[1])}/", silent)


def _link(state: StateInline, found: re.Match[str], address: str, silent: bool) -> bool:
    """No link stands within a link: there the words stay words."""
    if not silent and not state.linkLevel:
        state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = found[0]
        state.push("link_close", "a", -1)
    elif not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _image(_self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    token = tokens[index]
    address = str(token.attrGet("src") or "")
    return f'<a href="{escapeHtml(address)}">{escapeHtml(token.content or address)}</a>'


def _note_mark(_self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    number = tokens[index].meta["id"] + 1
    return f'<sup><a href="#n{env["anchor"]}-{number}">{number}</a></sup>'


def _note(_self: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return f'<li id="n{env["anchor"]}-{tokens[index].meta["id"] + 1}">'
