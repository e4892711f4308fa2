"""Takes the text out of a DOCX, paragraph by paragraph: those of tables too, what was deleted not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse

from apps.core.reading.docx import main_part
from apps.core.reading.limits import read_within_limits
from apps.core.reading.pages import clean

MAX_PARAGRAPHS = 20_000
MAX_CHARACTERS = 5_000_000
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = frozenset({f"{_WORD}tab", f"{_WORD}br", f"{_WORD}cr"})
_LEFT_OUT = frozenset({f"{_WORD}del", f"{_WORD}moveFrom"})


def read(file: BinaryIO) -> dict[str, Any]:
    """Return the paragraphs that hold words, each on one line."""
    found: list[str] = []
    size = 0
    with ZipFile(file) as package, package.open(main_part(package)) as opened:
        for text in paragraphs(opened):
            found.append(text)
            size += len(text)
            if len(found) >= MAX_PARAGRAPHS or size > MAX_CHARACTERS:
                break
    return {"paragraphs": found}


def paragraphs(opened: Any) -> Iterator[str]:
    """Yield the text of each paragraph when it ends; one inside another (a text box) comes first."""
    open_ones: list[list[str]] = []
    deleted = 0
    for event, element in iterparse(opened, events=("start", "end"), forbid_dtd=True):
        if element.tag in _LEFT_OUT:
            deleted += 1 if event == "start" else -1
        elif element.tag == f"{_WORD}p":
            if event == "start":
                open_ones.append([])
            elif text := clean(re.sub(r"\s+", " ", "".join(open_ones.pop()))).strip():
                yield text
        elif event == "end" and open_ones and not deleted:
            open_ones[-1].append(_text_of(element))
        if event == "end":
            element.clear()


def _text_of(element: Any) -> str:
    if element.tag == f"{_WORD}t":
        return element.text or ""
    return " " if element.tag in _BREAKS else ""


def main() -> None:
    read_within_limits(read)


if __name__ == "__main__":
    main()
