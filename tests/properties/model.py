"""The plain model: one event, its people and their answers, and who must be told what.

Written from the design and the mail sheet, not from the code: nothing of the product is imported. Every act takes the
moment ``now`` and says whether the portal must take it (True) or refuse it (False).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.properties.heralding import LENGTH, Announcement, Herald
from tests.properties.places import Places
from tests.properties.post import Post
from tests.properties.reminding import Calendar, is_in

SETTLING = timedelta(minutes=2)
SOON = timedelta(hours=2)


@dataclass(eq=False)
class Person:
    """Somebody with an account, in the group or not."""

    name: str
    zone: str
    is_active: bool = True
    is_in_group: bool = True
    joined_on: date = date.min


@dataclass(eq=False)
class Part:
    """A person's invitation and answer. ``since``: in the present answer or seat; ``number``: on the waiting list."""

    person: Person
    invited_at: datetime
    is_via_group: bool
    is_withdrawn: bool = False
    answer: str = ""
    mode: str = ""
    is_seated: bool = False
    number: int | None = None
    since: datetime | None = None
    interested_since: datetime | None = None


class World:
    """One event and all that is said about it."""

    def __init__(self, people, start, zone, seats):
        self.people = people
        self.state, self.start, self.zone, self.place = "draft", start, zone, "Bonn"
        self.told = self.settles_at = None
        self.parts = {}
        self.revisions = self.sayings = 0
        self.post, self.calendar, self.places, self.herald = Post(), Calendar(self), Places(self, seats), Herald(self)

    # What holds now.

    @property
    def facts(self):
        return (self.start, self.place)

    @property
    def end(self):
        return self.start + LENGTH

    def is_ahead(self, now):
        return self.state == "scheduled" and now < self.start

    def is_planned_for(self, start):
        return self.state == "scheduled" and self.start == start

    def is_live(self, part):
        """Invited now: not taken back, active, and still in the group where that is why."""
        return part.person.is_active and self._stands(part)

    def _stands(self, part):
        """Through the group: as long as one is in it without a break, by the day."""
        is_through = part.person.is_in_group and part.person.joined_on <= part.invited_at.date()
        return not part.is_withdrawn and (is_through or not part.is_via_group)

    def live(self):
        return [part for part in self.parts.values() if self.is_live(part)]

    def concerned(self):
        """Who hears of a change or a cancellation: also who is suspended, once that ends."""
        return [part.person for part in self.parts.values() if self._stands(part) and part.answer != "no"]

    def zones(self):
        return {part.person.zone for part in self.live()}

    def wants(self, mail, now):
        """Whether the mail, about to go, still makes sense to its reader."""
        part = self.parts[mail.person]
        others = [other for other in self.post.to(mail.person) if other is not mail]
        is_known = bool(part.answer) or any(other.may_be_read for other in others)
        if mail.kind == "event_withdrawn":
            return part.is_withdrawn and now < self.start and is_known
        if not self.is_live(part):
            return False
        if mail.kind == "event_cancelled":
            return self.state == "cancelled" and part.answer != "no" and is_known
        if mail.kind == "event_message":
            return self.state != "cancelled"
        is_running = mail.kind == "event_changed" and self.state == "scheduled" and now < self.end
        return (is_running or self.is_ahead(now)) and self._still_fits(mail, part, others, is_known=is_known)

    def _still_fits(self, mail, part, others, *, is_known):
        if mail.kind == "event_answer_request":
            return not part.answer
        if mail.kind == "event_reminder":
            return mail.slot.rule in self.calendar.rules and is_in(mail.slot.rule.audience, part)
        if mail.kind == "event_seat":
            return part.answer == "yes" and part.is_seated
        if mail.kind == "event_changed":
            fresh = [other for other in others if other.may_be_read and other.kind == "event_invitation"]
            knows = any(other.written_at >= mail.notice.settled_at for other in fresh)
            return part.answer != "no" and mail.notice.known != self.facts and is_known and not knows
        return part.answer != "no"

    # What the secretariat does.

    def schedule(self, now):
        if self.state != "draft" or self.start <= now:
            return False
        self.state = "scheduled"
        self.calendar.plan()
        return True

    def change(self, now, *, start=None, place=None, seats=None):
        before = self.facts
        if self.state == "cancelled" or (seats is not None and seats < self.places.taken):
            return False
        if self.state == "scheduled" and start not in (None, self.start) and start <= now:
            return False
        is_revived = self.state == "held" and (start or self.start) + LENGTH > now
        self.state = "scheduled" if is_revived else self.state
        self.start, self.place = start or self.start, place or self.place
        self.places.limit = self.places.limit if seats is None else seats
        if self.state != "scheduled":
            return True
        if self.facts != before:
            if now < self.end:
                nearest = self.start if is_revived else min(before[0], self.start)
                self.told = self.told or before
                self.settles_at = now if nearest - now <= SOON else now + SETTLING
            self.herald.move_expiries(before[0], self.start)
            if self.start != before[0] and now < self.start:
                self.post.invite_still(
                    [part.person for part in self.parts.values() if not part.is_withdrawn], self.start
                )
                self.herald.go_on(self.start)
        self.calendar.plan()
        self.places.settle(now)
        return True

    def cancel(self, now):
        if self.state != "scheduled" or self.end <= now:
            return False
        self.state, self.told, self.settles_at = "cancelled", None, None
        self.calendar.plan()
        self.post.take_back(mail for mail in self.post.mails if mail.kind != "event_withdrawn")
        self.herald.announce(Announcement("event_cancelled", self.concerned(), "cancelled", self.end), now)
        return True

    def invite(self, people, now, *, is_via_group):
        if not self.is_ahead(now):
            return False
        self.sayings += 1
        asked = Announcement("event_invitation", list(people), self.sayings, self.start, is_via_group)
        self.herald.announce(asked, now)
        self.calendar.plan()
        return True

    def ask(self, people, now):
        if not self.is_ahead(now):
            return False
        self.sayings += 1
        self.herald.announce(Announcement("event_answer_request", list(people), self.sayings, self.start), now)
        return True

    def write_to(self, people, now):
        if self.state in ("draft", "cancelled"):
            return False
        self.sayings += 1
        self.herald.announce(Announcement("event_message", list(people), self.sayings, None), now)
        return True

    def withdraw(self, person, now):
        part = self.parts[person]
        if part.is_withdrawn:
            return True
        self.places.give_up(part)
        part.is_withdrawn = True
        self.sayings += 1
        self.post.take_back_for_good(self.post.to(person))
        self.post.say("event_withdrawn", person, self.sayings, expires_at=self.start)
        self.places.promote(now)
        return True

    def suspend(self, person):
        person.is_active = False
        self.post.take_back(self.post.to(person), is_shut_out=True)
        return True

    def reinstate(self, person):
        person.is_active = True
        self.post.let_in(person)

    # What the invited do.

    def answer(self, person, answer, mode, now):
        part = self.parts.get(person)
        if part is None or not self.is_live(part) or not self.is_ahead(now):
            return False
        mode = mode if answer == "yes" else ""
        if (part.answer, part.mode) == (answer, mode):
            return True
        if part.is_seated and answer == "yes":
            if not self.places.exchange(part, mode):
                return False
        else:
            self.places.give_up(part)
            part.mode = mode
            part.interested_since = None if answer == "no" else part.interested_since or now
            if answer == "yes":
                self.places.take(part, now)
        if part.answer != answer:
            part.since = now
        part.answer = answer
        self.places.promote(now)
        return True

    # What the worker does.

    def look_after(self, now):
        """Tell what settled, note what is over, bring seats and reminders in line with who takes part."""
        if self.settles_at is not None and self.settles_at <= now:
            self._tell(now)
        if self.state == "scheduled" and self.end <= now:
            self.state = "held"
        if self.is_ahead(now) and self.places.are_unsettled():
            self.places.settle(now)
        if self.is_ahead(now) and self.calendar.lacks_a_zone():
            self.calendar.plan()

    def _tell(self, now):
        known, self.told, self.settles_at = self.told, None, None
        if self.state != "scheduled" or known == self.facts:
            return
        self.revisions += 1
        earlier = self.herald.take_back_changes()
        people = {person for _known, persons in earlier for person in persons}
        groups = [(known, [person for person in self.concerned() if person not in people]), *earlier]
        for number, (before, persons) in enumerate(groups):
            label = (self.revisions, number)
            notice = Announcement("event_changed", persons, label, self.end, known=before, settled_at=now)
            self.herald.announce(notice, now)

    def open_to(self, person, announcement, now):
        """Invite; False for who is not active any more or invited already (picked by hand, they stay invited whatever
        becomes of the group).
        """
        part = self.parts.get(person)
        is_invited = part is not None and self.is_live(part)
        if is_invited:
            part.is_via_group = part.is_via_group and announcement.is_via_group
        if is_invited or not person.is_active:
            return False
        self.parts[person] = Part(person, now, announcement.is_via_group)
        return True
