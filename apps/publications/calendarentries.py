"""Deadlines of circulations in the calendar of who is asked.

Timed, in UTC, and not a whole day: the end of 5 December in Apia is past while it is still the 5th in Berlin, and what
a calendar shows all day long would be believed until midnight there. The entry ends when the deadline does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.links import absolute
from apps.events.calendar import UID_SPACE, Entry
from apps.members.models import Member
from apps.publications.standing import Standing, running_for

LENGTH = timedelta(minutes=30)
_SECOND = timedelta(seconds=1)
# No circulation is older, and a signed number of 32 bits counts seconds from here for longer than deadlines may be set.
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def deadline_entries(member: Member, now: datetime) -> list[Entry]:
    """Return one entry for each circulation in which the member is asked, has not answered and still can.

    So it goes with the answer, with the circulation, and with who is taken off. One query beside the roles'.
    """
    return [_entry(standing) for standing in running_for(member, now) if not standing.has_answered]


def _entry(standing: Standing) -> Entry:
    circulation, consultee, until = standing.circulation, standing.consultee, standing.until.astimezone(UTC)
    changed_at = max([circulation.updated_at, *([consultee.updated_at] if consultee else [])]).astimezone(UTC)
    url = absolute(circulation.get_absolute_url())
    title = circulation.publication.title
    return Entry(
        uid=f"circulation-{circulation.code}@{UID_SPACE}",
        changed_at=changed_at,
        starts_at=until - LENGTH,
        ends_at=until,
        # RFC 5545, 3.8.7.4: it never falls. The deadline may, for who had longer, was taken off and is asked again.
        sequence=(changed_at - _EPOCH) // _SECOND,
        status="CONFIRMED",
        transparency="TRANSPARENT",
        title=(_("Answer due: %s") if standing.owes else _("Comments due: %s")) % title,
        place="",
        description="\n\n".join([_stated(standing), url]),
        url=url,
        organizer=settings.MAIL_FROM,
    )


def _stated(standing: Standing) -> str:
    words = standing.circulation.deadline.words()
    if standing.is_extended:
        return _("You may answer until the end of this entry; for others: %s") % words
    return words
