"""The plain model, part of the post: each saying once, asked again just before it goes.

Written from the design ("The heart" 1, 2, 5, 6), not from the code.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LEASE = timedelta(seconds=30)
LEAST_WAIT = timedelta(seconds=5)
ANOTHER_CHANCE = timedelta(days=1)
DEATHS_AT_MOST = 5

# Harmless twice: after a crash in the middle of sending they go again, under the same Message-ID.
REPEATED = {"event_invitation", "event_cancelled", "event_withdrawn"}
# Said even while a change settles.
URGENT = {"event_cancelled", "event_withdrawn"}


@dataclass(eq=False)
class Mail:
    """One saying to one person. ``slot``: the reminder behind it; ``notice``: what a change notice compares with."""

    kind: str
    person: Any
    expires_at: datetime
    slot: Any = None
    notice: Any = None
    state: str = "queued"
    not_before: datetime = LONG_AGO
    written_at: datetime | None = None
    doubted_at: datetime | None = None
    deaths: int = 0
    copies: int = 0
    is_outdated: bool = False
    is_shut_out: bool = False

    @property
    def is_unfinished(self):
        return self.state in ("queued", "sending")

    def open_again(self, expires_at):
        self.state, self.is_outdated, self.is_shut_out, self.written_at = "queued", False, False, None
        self.expires_at = expires_at

    @property
    def may_be_read(self):
        return self.state in ("sent", "sending", "unclear")


class Post:
    """All mails in the order in which they were said."""

    def __init__(self):
        self._mails = {}

    @property
    def mails(self):
        return list(self._mails.values())

    def to(self, person):
        return [mail for mail in self.mails if mail.person is person]

    def of(self, slot):
        return [mail for mail in self.mails if mail.slot is slot]

    def say(self, kind, person, label, *, expires_at, slot=None, notice=None):
        """Say it once; what was taken back before it left is said anew."""
        key = (person.name, kind, label)
        known = self._mails.get(key)
        if known is None:
            self._mails[key] = Mail(kind, person, expires_at, slot, notice)
        elif known.state == "cancelled":
            known.open_again(expires_at)
            known.slot, known.notice, known.not_before = slot, notice, LONG_AGO

    def take_back(self, mails, *, is_outdated=False, is_shut_out=False):
        for mail in mails:
            if mail.state == "queued":
                mail.state, mail.is_outdated, mail.is_shut_out = "cancelled", is_outdated, is_shut_out

    def take_back_for_good(self, mails):
        """Nor does it go when its reader is let in again."""
        for mail in mails:
            mail.is_shut_out = False
            self.take_back([mail])

    def let_in(self, person):
        """What was taken back because its reader was shut out goes now, if it is still wanted."""
        for mail in self.to(person):
            if mail.state == "cancelled" and mail.is_shut_out:
                mail.open_again(mail.expires_at)

    def invite_still(self, people, start):
        """Whom the last invitation did not reach before the old start, it reaches before the new one."""
        for person in people:
            invitations = [mail for mail in self.to(person) if mail.kind == "event_invitation"]
            if invitations and invitations[-1].state in ("cancelled", "missed"):
                invitations[-1].open_again(start)
                invitations[-1].not_before = LONG_AGO

    def send_again(self, mail, now):
        """By a coordinator's button: failed or unclear mails only. What was refused is written anew."""
        mail.written_at = None if mail.state == "failed" else mail.written_at
        mail.state, mail.not_before, mail.deaths = "queued", now, 0
        mail.expires_at = max(mail.expires_at, now + ANOTHER_CHANCE)

    def deliver(self, world, now, *, refused=None, fatal=None, is_taken=False):
        """One run of the mail worker.

        The server refuses mail to ``refused``; at the first mail to ``fatal`` the worker dies, after the server has
        taken the mail (``is_taken``) or before, and another worker does the rest. Nothing overtakes an earlier mail to
        the same person.
        """
        self._settle_doubts(now)
        held_up = set()
        for mail in self.mails:
            if not mail.is_unfinished or mail.person in held_up:
                continue
            if mail.state == "queued" and mail.not_before <= now:
                self._handle(mail, world, now, refused=refused, fatal=fatal, is_taken=is_taken)
            if mail.is_unfinished:
                held_up.add(mail.person)

    def _handle(self, mail, world, now, *, refused, fatal, is_taken):
        verdict = self._judged(mail, world, now)
        if verdict == "wait":
            mail.not_before = max(world.settles_at, now + LEAST_WAIT)
            return
        if verdict != "go":
            mail.is_shut_out = verdict == "shut out"
            mail.is_outdated = verdict == "cancelled"
            mail.state = "cancelled" if mail.is_shut_out else verdict
            return
        mail.written_at = mail.written_at or now
        if mail.person is fatal:
            mail.state, mail.doubted_at = "sending", now
            mail.copies += is_taken
        elif mail.person is refused:
            mail.state = "failed"
        else:
            mail.state = "sent"
            mail.copies += 1

    def _settle_doubts(self, now):
        for mail in self.mails:
            if mail.state == "sending" and now > mail.doubted_at + LEASE:
                repeats = mail.kind in REPEATED and mail.deaths < DEATHS_AT_MOST
                mail.state = "queued" if repeats else "unclear"
                mail.deaths += 1

    def _judged(self, mail, world, now):
        if now >= mail.expires_at:
            return "missed"
        if not mail.person.is_active:
            return "shut out"
        if world.settles_at is not None and mail.kind not in URGENT:
            return "wait"
        if mail.slot is not None and not world.is_planned_for(mail.slot.start):
            return "cancelled"
        return "go" if world.wants(mail, now) else "suppressed"
