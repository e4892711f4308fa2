"""Why a file is not taken, in a sentence that says what to do: one for each fault and kind of file."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KIND = _("This is no file of a kind that is taken here, whatever its name says. Please send one of these: %(kinds)s.")
OLD_WORD = _("This is a Word file of the old kind (.doc). Please save it as DOCX.")

_ANY: dict[str, Promise] = {
    "name": _("The name of this file holds characters that no file name may hold. Please rename it."),
    "nothing": _("This file is empty."),
    "room": _("There is no room for this file at the moment. Nothing was kept; please try again later."),
    "double": _("This file is of two kinds at once. Please save it anew."),
    "broken": _("This file can not be read. Please save it anew, best with another program."),
    "heavy": _("Reading this file takes too much memory or time. Please make it simpler, or save it anew."),
}

_OF_KIND: dict[tuple[str, str], Promise] = {
    ("pdf", "large"): _("This PDF is larger than 50 MB. Please make it smaller."),
    ("pdf", "double"): _("This file is a PDF and another kind of file at once. Please save it as a PDF anew."),
    ("pdf", "encrypted"): _("This PDF is protected by a password or against changes. Please send it unprotected."),
    ("pdf", "broken"): _("This PDF can not be read. Please save it anew, best with another program."),
    ("pdf", "empty"): _("This PDF has no pages."),
    ("pdf", "long"): _("This PDF has more than 400 pages. Please send it in parts."),
    ("pdf", "active"): _(
        "This PDF holds scripts, forms or actions that run by themselves. Please save it without them."
    ),
    ("pdf", "attachment"): _("This PDF holds other files or players. Please save it without attachments."),
    ("docx", "large"): _("This DOCX is larger than 20 MB. Please make its pictures smaller, or send a PDF."),
    ("docx", "encrypted"): _("This Word file is protected by a password. Please send it unprotected."),
    ("docx", "broken"): _("This DOCX can not be read. Please save it anew in your word processor."),
    ("docx", "empty"): _("This DOCX holds no text."),
    ("docx", "bomb"): _("This DOCX unpacks to far more than a text needs. Please save it anew in your word processor."),
    ("docx", "macros"): _("This Word file holds macros. Please save it as DOCX without macros."),
    ("docx", "attachment"): _("This DOCX holds another file. Please save it without embedded files."),
    ("docx", "outside"): _(
        "This DOCX fetches a template, picture or object from elsewhere. Please embed it or take it out."
    ),
    ("xlsx", "large"): _("This spreadsheet is larger than 5 MB. Please send the rows in several files."),
    ("xlsx", "encrypted"): _("This spreadsheet is protected by a password. Please send it unprotected."),
    ("xlsx", "broken"): _("This spreadsheet can not be read. Please save it anew as XLSX, or as CSV UTF-8."),
    ("xlsx", "empty"): _("This spreadsheet holds nothing on its first sheet."),
    ("xlsx", "bomb"): _("This spreadsheet unpacks to far more than comments need. Please copy the rows to a new one."),
    ("xlsx", "macros"): _("This spreadsheet holds macros. Please save it as XLSX without macros."),
    ("xlsx", "double"): _("This file is a spreadsheet and another kind of file at once. Please save it anew as XLSX."),
    ("xlsx", "attachment"): _("This spreadsheet holds another file. Please save it without embedded files."),
    ("xlsx", "long"): _("This sheet has more than 2,000 rows of comments, or too many empty ones. Please shorten it."),
    ("xlsx", "other"): _("This is an archive or another Office file. Please save the sheet as XLSX, or as CSV UTF-8."),
    ("xlsx", "old"): _("This is a spreadsheet of the old kind (.xls), or under a password. Please save it as XLSX."),
    ("csv", "large"): _("This CSV file is larger than 5 MB. Please send the rows in several files."),
    ("csv", "broken"): _("This is no XLSX, and no text in UTF-8. Please save it as XLSX, or as CSV UTF-8."),
    ("csv", "wide"): _("A cell of this file holds more text than a comment may. Perhaps a quotation mark is missing."),
    ("csv", "long"): _("This file has more than 2,000 rows of comments. Please send them in several files."),
    ("csv", "empty"): _("This file holds no rows."),
    ("docx", "other"): _("This is an archive or another Office file, not a DOCX. Please save the text as DOCX."),
}


def sentence(fault: str, of_format: str = "") -> Promise:
    """Return the sentence for a fault of a file of this kind. Raises KeyError for a fault that nobody knows."""
    return _OF_KIND.get((of_format, fault)) or _ANY[fault]
