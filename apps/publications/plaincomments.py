"""Comments of others as plain values: fifty rows of the model took a tenth of what their page costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from apps.publications.models import Comment
from apps.publications.models.comment import said_by

# In the order of ``PlainComment``.
COLUMNS = (
    "pk",
    "page",
    "quote",
    "section",
    "paragraph",
    "line",
    "kind",
    "comment",
    "proposed_change",
    "attribution",
    "label",
    "author_id",
    "owner_mark",
    "sent_on",
    "disposition",
    "reason",
    "resolved_in__number",
)


class ResolvedIn(NamedTuple):
    """The version in which something was done."""

    number: int


@dataclass(frozen=True, slots=True)
class PlainComment:
    """What is shown of a comment, by the names of the model."""

    pk: UUID
    page: int | None
    quote: str
    section: str
    paragraph: str
    line: str
    kind: str
    comment: str
    proposed_change: str
    attribution: str
    label: str
    author_id: int | None
    owner_mark: str
    sent_on: date
    disposition: str
    reason: str
    resolved_number: int | None

    @property
    def resolved_in(self) -> ResolvedIn | None:
        return ResolvedIn(self.resolved_number) if self.resolved_number else None

    @property
    def shown_as(self) -> str:
        return said_by(self.attribution, self.label, self.author_id)

    @property
    def is_resolved(self) -> bool:
        return self.disposition != Comment.Disposition.OPEN
