"""The plain model, part of the announcements: few are told at once, many in chunks, each as they were confirmed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

AT_ONCE = CHUNK = 2
WEEK = timedelta(days=7)
LENGTH = timedelta(hours=2)


@dataclass(eq=False)
class Announcement:
    """One saying to many: those still to be told, as confirmed."""

    kind: str
    left: list
    label: object
    expires_at: datetime | None  # None: a week after the mail was written
    is_via_group: bool = False
    known: tuple | None = None
    settled_at: datetime | None = None
    number: int = 0


class Herald:
    """What is to be said to many, in the order in which it was decided."""

    def __init__(self, world):
        self.world = world
        self._waiting = []
        self._stopped = []
        self._number = 0

    def announce(self, announcement, now):
        self._number += 1
        announcement.number = self._number
        self._waiting.append(announcement)
        if len(announcement.left) <= AT_ONCE:
            self._tell_some(announcement, now)

    def tell(self, now, chunks):
        """One run of the worker: so many chunks, the oldest announcement first."""
        for _turn in range(chunks):
            if self._waiting:
                self._tell_some(self._waiting[0], now)

    def take_back_changes(self):
        """Who still waits for the mail about an earlier change, or for being let in again, gets one mail about both.

        Returns [(what they knew, who)].
        """
        changes = [mail for mail in self.world.post.mails if mail.kind == "event_changed"]
        unsent = [mail for mail in changes if mail.state == "queued" or mail.is_shut_out]
        self.world.post.take_back_for_good(unsent)
        people = {}
        for mail in unsent:
            people.setdefault(mail.notice, []).append(mail.person)
        for notice in [notice for notice in self._waiting if notice.kind == "event_changed"]:
            people.setdefault(notice, []).extend(notice.left)
            self._waiting.remove(notice)
        return [(notice.known, persons) for notice, persons in people.items()]

    def move_expiries(self, before, start):
        """What is said of a time to come is of use until it comes, also when it moves while the saying waits; a
        change until the end.
        """
        unsent = [mail for mail in self.world.post.mails if mail.is_unfinished and mail.slot is None]
        for waiting in (*unsent, *self._waiting):
            length = LENGTH if waiting.kind == "event_changed" else timedelta(0)
            if waiting.expires_at == before + length:
                waiting.expires_at = start + length

    def go_on(self, start):
        """Invitations that were stopped, because the event had begun, go on when it is put off."""
        for announcement in self._stopped:
            announcement.expires_at = start
        self._waiting = sorted(self._waiting + self._stopped, key=lambda announcement: announcement.number)
        self._stopped = []

    def _tell_some(self, announcement, now):
        if announcement.kind == "event_invitation" and not self.world.is_ahead(now):
            self._waiting.remove(announcement)
            self._stopped.append(announcement)
            return
        people, announcement.left = announcement.left[:CHUNK], announcement.left[CHUNK:]
        if announcement.kind == "event_invitation":
            people = [person for person in people if self.world.open_to(person, announcement, now)]
        if not announcement.left:
            self._waiting.remove(announcement)
        for person in people:
            facts = {"expires_at": announcement.expires_at or now + WEEK, "notice": announcement}
            self.world.post.say(announcement.kind, person, announcement.label, **facts)
