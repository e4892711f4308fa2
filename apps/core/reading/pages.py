"""Draws some pages of a PDF as pictures and says where on them which text stands: ``pages FOLDER FIRST COUNT``."""

from __future__ import annotations

import re
import sys
from ctypes import byref, c_int
from pathlib import Path
from typing import Any, BinaryIO

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from PIL import Image

from apps.core.reading.limits import read_within_limits

DOTS_PER_INCH = 110
# The longer side of a picture: a poster is drawn coarser, not larger.
MAX_PIXELS = 2600
COLOURS = 64
MAX_RUNS = 6_000
# The grid on which places are reckoned, in parts of a point.
FINE = 10
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def read(file: BinaryIO) -> dict[str, Any]:
    """Return the pages asked for, and how many there are; each picture lies in the folder, by its number."""
    folder, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    document = pdfium.PdfDocument(file.read())
    total = len(document)
    numbers = range(first, min(first + count, total + 1))
    return {"total": total, "pages": [read_page(document[number - 1], number, folder) for number in numbers]}


def read_page(page: Any, number: int, folder: Path) -> dict[str, Any]:
    """Draw one page; its text is in the order in which the file holds it."""
    width, height = page.get_size()
    scale = min(DOTS_PER_INCH / 72, MAX_PIXELS / max(width, height, 1))
    picture = page.render(scale=scale).to_pil()
    picture.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(folder / f"{number}.png")
    words = page.get_textpage()
    found = {
        "number": number,
        "width": round(width, 2),
        "height": round(height, 2),
        "runs": runs_of(page, words, width, height),
        "text": clean(words.get_text_bounded()),
    }
    page.close()
    return found


def runs_of(page: Any, words: Any, width: float, height: float) -> list[list[Any]]:
    """Return [x, y, width, height, text] of each piece of a line, in points from the top left corner as it is seen."""
    runs = []
    for index in range(min(words.count_rects(), MAX_RUNS)):
        left, bottom, right, top = words.get_rect(index)
        text = clean(words.get_text_bounded(left, bottom, right, top)).strip()
        if not text:
            continue
        corners = [seen(page, width, height, x, y) for x, y in ((left, top), (right, bottom))]
        x, y = (min(each) for each in zip(*corners, strict=True))
        far, low = (max(each) for each in zip(*corners, strict=True))
        runs.append([x, y, round(far - x, 1), round(low - y, 1), " ".join(text.split())])
    return runs


def seen(page: Any, width: float, height: float, x: float, y: float) -> tuple[float, float]:
    """Return where a place of the page is seen, whatever it is turned by or cut to."""
    column, row = c_int(), c_int()
    size = (round(width * FINE), round(height * FINE))
    pdfium_c.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, byref(column), byref(row))
    return column.value / FINE, row.value / FINE


def clean(text: str) -> str:
    """Leave out what no database keeps and no page shows."""
    return _UNPRINTABLE.sub("", text)


def main() -> None:
    read_within_limits(read, cpu_seconds=60, written_bytes=20 * 1024 * 1024)


if __name__ == "__main__":
    main()
