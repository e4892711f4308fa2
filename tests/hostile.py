"""PDFs made to break who reads them, and plain ones of any size."""

import zlib
from functools import cache
from hashlib import shake_256
from io import BytesIO

from pypdf import PdfWriter

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_TWO_PAGES = b"<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>"
_EMPTY_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>"


def raw_pdf(*objects, trailer=b""):
    """A PDF written by hand, its objects numbered from 1, the first one its catalog."""
    body, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (
        body, len(objects) + 1, table, len(objects) + 1, trailer, len(body),
    )  # fmt: skip


def stream(content, entries=b""):
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(content), content)


def plain_pdf(number, size=0):
    """One page, unlike that of any other number, and at least ``size`` bytes that can not be packed."""
    drawn = stream(b"%d 0 m 200 200 l S" % (number % 200))
    filling = stream(shake_256(b"%d" % number).digest(size))
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R>>"
    return raw_pdf(_CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", page, drawn, filling, b"(%d)" % number)


def encrypted_pdf():
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    writer.encrypt("secret", "owner", algorithm="AES-256")
    file = BytesIO()
    writer.write(file)
    return file.getvalue()


def ring_pdf():
    """Its tree of pages leads back to itself."""
    return raw_pdf(_CATALOG, b"<</Type/Pages/Count 1/Kids[2 0 R]>>")


def noise_pdf():
    return b"%PDF-1.7\n" + b"\x00\xff" * 5000 + b"\n%%EOF"


@cache
def bursting_pdf():
    """Passes every check; what its second page draws unpacks to more memory than the process that draws may take."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _megabyte in range(600)) + packer.flush()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 5 0 R>>"
    return raw_pdf(_CATALOG, _TWO_PAGES, _EMPTY_PAGE, page, stream(packed, b"/Filter/FlateDecode"))


@cache
def endless_pdf(*, from_page=2):
    """Passes every check; of its two pages this one is huge and painted over 20,000 times, every dot reckoned by a
    program.
    """
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 2000 2000]/Contents 5 0 R/Resources<</Shading<</S 6 0 R>>>>>>"
    shading = b"<</ShadingType 1/ColorSpace/DeviceRGB/Domain[0 1 0 1]/Matrix[2000 0 0 2000 0 0]/Function 7 0 R>>"
    program = stream(
        b"{ 2 copy mul " + b"dup mul sqrt " * 300 + b" }", b"/FunctionType 4/Domain[0 1 0 1]/Range[0 1 0 1 0 1]"
    )
    pages = [_EMPTY_PAGE, page] if from_page == 2 else [page, _EMPTY_PAGE]
    return raw_pdf(_CATALOG, _TWO_PAGES, *pages, stream(b"/S sh " * 20_000), shading, program)
