"""The comment-resolution matrix: the columns of the ISO commenting template, and what stands in them.

ISO/IEC Directives, Part 1, and the form of the ISO/IEC "template for comments and secretariat observations". What our
comments know besides stands behind the eight columns of ISO, so that these stay where everybody looks for them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.publications.models import Attribution, Comment
from apps.publications.models.comment import Anchored


@dataclass(frozen=True, slots=True)
class Column:
    """One column; ``field`` is what an upload takes from it ("": nothing), ``width`` in characters.

    ``names`` are other headings it is known by, in lower case.
    """

    slug: str
    header: str | Promise
    width: int
    field: str = ""
    names: tuple[str, ...] = ()


ISO_COLUMNS = (
    Column("commenter", gettext_lazy("Commenter"), 18, names=("mb/nc", "mb", "organisation", "organization")),
    Column("line", gettext_lazy("Line"), 8, "line", ("line number", "line no", "lines")),
    Column("clause", gettext_lazy("Clause/Subclause"), 14, "section", ("clause", "subclause", "section")),
    Column(
        "paragraph",
        gettext_lazy("Paragraph/Figure/Table"),
        16,
        "paragraph",
        ("paragraph", "paragraph/figure/table/note", "figure", "table"),
    ),
    Column("type", gettext_lazy("Type"), 6, "kind", ("type of comment", "kind")),
    Column("comment", gettext_lazy("Comment"), 50, "comment", ("comments", "comment (justification for change)")),
    Column(
        "proposed_change",
        gettext_lazy("Proposed change"),
        50,
        "proposed_change",
        ("proposed changes", "proposed change by the mb", "change"),
    ),
    Column("observations", gettext_lazy("Observations"), 40, names=("secretariat observations", "response")),
)
OWN_COLUMNS = (
    Column("page", gettext_lazy("Page"), 7, "page", ("page number", "page no")),
    Column("quote", gettext_lazy("Selected text"), 30, "quote", ("quote", "quoted text")),
)
COLUMNS = (*ISO_COLUMNS, *OWN_COLUMNS)


def headers() -> list[str]:
    return [str(column.header) for column in COLUMNS]


def comment_cells(comment: Comment, *, names: bool) -> list[str]:
    """Return one row. Without ``names`` (the public edition) neither people nor organisations are named."""
    return _cells(comment, commenter=_commenter(comment, names=names), observations=observations(comment))


def draft_cells(draft: Anchored) -> list[str]:
    """Return one row of what was not sent: nobody has said it, and nobody has answered."""
    return _cells(draft, commenter="", observations="")


def observations(comment: Comment) -> str:
    """Return what became of the comment, in a few sentences; "" while it is open."""
    if not comment.is_resolved:
        return ""
    said = [f"{comment.get_disposition_display().capitalize()}.", comment.reason]
    if comment.resolved_in is not None:
        said.append(_("Done in version %(number)s.") % {"number": comment.resolved_in.number})
    return " ".join(part for part in said if part)


def _commenter(comment: Comment, *, names: bool) -> str:
    is_naming = comment.attribution in (Attribution.NAME, Attribution.ORGANISATION)
    return comment.shown_as if names or not is_naming else ""


def _cells(said: Anchored, *, commenter: str, observations: str) -> list[str]:
    return [
        commenter,
        said.line,
        said.section,
        said.paragraph,
        said.kind,
        said.comment,
        said.proposed_change,
        observations,
        str(said.page or ""),
        said.quote,
    ]
