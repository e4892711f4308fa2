"""Parsed Markdown as plain text, for mail: lists keep their marks, tables their rows, links their addresses, quotes the
sign that mail programs know, notes their numbers.
"""

from collections.abc import Callable, Iterable

from markdown_it.token import Token

_SHOWN_ADDRESSES = ("http://", "https://", "mailto:")


def write_plain(tokens: Iterable[Token]) -> str:
    """Return the text of a parsed document. Paragraphs stand apart, list items and table rows close together."""
    writer = _Writer()
    for token in tokens:
        writer.take(token)
    return "".join(writer.pieces).strip("\n")


class _Writer:
    """Walks the flat list of tokens; ``lists`` holds the next number of each open list, 0 for one with dashes,
    ``quotes`` how deep in quotations it is.
    """

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.lists: list[int] = []
        self.cells: list[str] | None = None
        self.mark = ""
        self.quotes = 0

    def take(self, token: Token) -> None:
        step = _STEPS.get(token.type)
        if step:
            step(self, token)

    def start_list(self, token: Token) -> None:
        if not self.lists:
            self.pieces.append("\n")
        self.lists.append(int(token.attrGet("start") or 1) if token.tag == "ol" else 0)

    def end_list(self, _token: Token) -> None:
        self.lists.pop()

    def start_item(self, _token: Token) -> None:
        number = self.lists[-1]
        self.mark = f"{number}. " if number else "- "
        self.lists[-1] = number + 1 if number else 0

    def start_quote(self, _token: Token) -> None:
        self.quotes += 1

    def end_quote(self, _token: Token) -> None:
        self.quotes -= 1

    def start_notes(self, _token: Token) -> None:
        self.pieces.append("\n")

    def start_note(self, token: Token) -> None:
        self.mark = _note_mark(token)

    def start_table(self, _token: Token) -> None:
        self.pieces.append("\n")

    def start_row(self, _token: Token) -> None:
        self.cells = []

    def end_row(self, _token: Token) -> None:
        self.add_block(" | ".join(self.cells or []), tight=True)
        self.cells = None

    def add_code(self, token: Token) -> None:
        self.add_block(token.content.rstrip("\n"), tight=False)

    def add_inline(self, token: Token) -> None:
        text = _inline(token.children or [])
        if self.cells is not None:
            self.cells.append(text)
            return
        indent = "  " * max(0, len(self.lists) - 1)
        self.add_block(f"{indent}{self.mark}{text}", tight=bool(self.mark))
        self.mark = ""

    def add_block(self, text: str, *, tight: bool) -> None:
        sign = "> " * self.quotes
        self.pieces += ["\n" if tight else "\n\n", "\n".join(f"{sign}{line}" for line in text.split("\n"))]


_STEPS: dict[str, Callable[[_Writer, Token], None]] = {
    "bullet_list_open": _Writer.start_list,
    "ordered_list_open": _Writer.start_list,
    "bullet_list_close": _Writer.end_list,
    "ordered_list_close": _Writer.end_list,
    "list_item_open": _Writer.start_item,
    "blockquote_open": _Writer.start_quote,
    "blockquote_close": _Writer.end_quote,
    "footnote_block_open": _Writer.start_notes,
    "footnote_open": _Writer.start_note,
    "table_open": _Writer.start_table,
    "tr_open": _Writer.start_row,
    "tr_close": _Writer.end_row,
    "inline": _Writer.add_inline,
    "code_block": _Writer.add_code,
    "fence": _Writer.add_code,
}


def _inline(tokens: Iterable[Token]) -> str:
    text = ""
    address = ""
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                text += "\n"
            case "link_open":
                address = str(token.attrGet("href") or "")
            case "link_close":
                text += _address_after(text, address)
            case "image":
                text += token.content + _address_after(token.content, str(token.attrGet("src") or ""))
            case "footnote_ref":
                text += f" {_note_mark(token)}".rstrip()
            case _:
                text += token.content
    return text


def _note_mark(token: Token) -> str:
    return f"[{token.meta['id'] + 1}] "


def _address_after(text: str, address: str) -> str:
    is_said = text.endswith(address.removeprefix("mailto:"))
    return f" ({address})" if address.startswith(_SHOWN_ADDRESSES) and not is_said else ""
