"""Office files that say nothing of who made them, when, or with what: for tables under rules of attribution.

XLSX and DOCX are ZIP archives of XML (ECMA-376). The libraries that write them note themselves and the time in the
properties, and each entry of the archive bears a time.
"""

from __future__ import annotations

import zipfile
from io import BytesIO

# The earliest a ZIP archive knows.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_EMPTY = {
    "docProps/core.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "docProps/app.xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
}


def bare(archive: bytes) -> bytes:
    """Return the same file without properties and times. Equal content gives equal bytes."""
    written = BytesIO()
    with zipfile.ZipFile(BytesIO(archive)) as before, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            entry = zipfile.ZipInfo(name, _NO_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            after.writestr(entry, _EMPTY.get(name) or before.read(name))
    return written.getvalue()
