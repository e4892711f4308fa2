"""Where a harvest stands: a resumptionToken says it all, so nothing is kept here between two requests (3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core import signing

from apps.publications.oai.arguments import Arguments
from apps.publications.oai.faults import Fault
from apps.publications.oai.stamps import read_range

LIFETIME = timedelta(days=1)
# Signed with SECRET_KEY, read with SECRET_KEY_OLD too.
_SALT = "publications.oai"


@dataclass(frozen=True, slots=True)
class Place:
    """What was asked for, and after which record the next page begins: its datestamp and row, None at the start.

    ``cursor`` is how many records were handed out, ``size`` how many there were when the harvest began.
    """

    verb: str
    first: str = ""
    last: str = ""
    spec: str = ""
    after: tuple[datetime, int] | None = None
    cursor: int = 0
    size: int = 0

    @property
    def range(self) -> tuple[datetime | None, datetime | None]:
        return read_range(self.first, self.last)

    def token(self) -> str:
        at, pk = self.after or (datetime.min.replace(tzinfo=UTC), 0)
        return signing.dumps(
            [self.verb, self.first, self.last, self.spec, int(at.timestamp()), pk, self.cursor, self.size], salt=_SALT
        )


def place_of(arguments: Arguments) -> Place:
    """Return the place a request asks for: the beginning, or where its token says."""
    if "resumptionToken" in arguments.given:
        return _resumed(arguments)
    return Place(arguments.verb, arguments["from"], arguments["until"], arguments["set"])


def _resumed(arguments: Arguments) -> Place:
    try:
        verb, first, last, spec, at, pk, cursor, size = signing.loads(
            arguments["resumptionToken"], salt=_SALT, max_age=LIFETIME
        )
    except signing.BadSignature:
        raise Fault("badResumptionToken", "The token is not ours, or older than a day. Begin again.") from None
    if verb != arguments.verb:
        raise Fault("badResumptionToken", f"The token belongs to {verb}.")
    return Place(verb, first, last, spec, (datetime.fromtimestamp(at, UTC), pk), cursor, size)
