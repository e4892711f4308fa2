"""Any sequence of acts, done to the portal and to the plain model alike; after each the two must agree."""

from collections import Counter
from datetime import time, timedelta
from itertools import islice

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from apps.notifications.ledger import GRACE, differences
from tests.make import NOW
from tests.properties.model import Person, World
from tests.properties.portal import Portal
from tests.properties.reminding import Rule

SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ZONES = ("Europe/Berlin", "Europe/Berlin", "Pacific/Apia", "America/Lima")
NAMES = ("ann", "ben", "cho", "dia")

# The clocks of Berlin are put forward in the night before the third of these days.
STARTS = [NOW + delay for delay in (2 * DAY, 9 * DAY, 27 * DAY + 3 * HOUR, 30 * HOUR)]
PLACES = ("Bonn", "Apia", "Lima")
TIMINGS = (
    {"minutes": 60},
    {"minutes": 1440},
    {"minutes": 10080},
    {"days": 1, "at": time(9)},
    {"days": 1, "at": time(18), "is_readers": True},
    {"days": 0, "at": time(2, 30), "is_readers": True},
)
AUDIENCES = ("everyone", "attending", "interested", "unanswered")
MANY = 4  # sayings by hand: more of them teach nothing
FIRST_ACTS = 15  # before these are done the event is neither over nor cancelled: little happens afterwards
ANSWERS = (("yes", "in_person"), ("yes", "in_person"), ("yes", "online"), ("maybe", ""), ("no", ""))

whom = st.integers(0, len(NAMES) - 1)
several = st.lists(whom, min_size=2, max_size=4, unique=True)
timings = st.sampled_from(TIMINGS)
audiences = st.sampled_from(AUDIENCES)
starts = st.sampled_from(STARTS)


class LedgerMachine(RuleBasedStateMachine):
    """One event, four people in three zones, and everybody's doings."""

    portal = None

    @initialize(
        start=starts,
        seats=st.sampled_from([1, 1, 2, 1, None]),
        rules=st.lists(st.tuples(audiences, timings), min_size=1, max_size=3),
        people=several,
        answers=st.lists(st.sampled_from(ANSWERS), min_size=3, max_size=4),
        is_draft=st.integers(0, 9).map(lambda number: number == 9),
    )
    def begin(self, start, seats, rules, people, answers, is_draft):
        """Mostly an event that has been scheduled, with people who were invited and said something."""
        self.now, self.beat_at, self.acts = NOW, NOW, 0
        self.world = World([Person(*pair) for pair in zip(NAMES, ZONES, strict=True)], start, "Europe/Berlin", seats)
        self.portal = Portal(self.world, self.now)
        for audience, timing in rules:
            self._add_rule(Rule(audience, **timing))
        if is_draft:
            return
        self.schedule()
        self.invite(people, is_via_group=len(answers) % 2)
        self.beat()
        for index, answer in enumerate(answers):
            self.answer(index, answer)

    def teardown(self):
        if self.portal:
            self.portal.close()

    # The secretariat.

    @precondition(lambda self: self.world.state == "draft" or self.acts > FIRST_ACTS)
    @rule()
    def schedule(self):
        self._pass(SECOND)
        assert self.portal.schedule(self.now) == self.world.schedule(self.now)

    @rule(start=starts)
    def move(self, start):
        self._change(start=start)

    @rule(place=st.sampled_from(PLACES))
    def change_place(self, place):
        self._change(place=place)

    @rule(seats=st.integers(0, 2))
    def change_seats(self, seats):
        self._change(seats=seats)

    @precondition(lambda self: self.acts > FIRST_ACTS)
    @rule()
    def cancel(self):
        self._pass(SECOND)
        assert self.portal.cancel(self.now) == self.world.cancel(self.now)

    @rule(people=several, is_via_group=st.booleans())
    def invite(self, people, is_via_group):
        self._pass(SECOND)
        invited = [person for person in self._people(people) if person.is_in_group or not is_via_group]
        taken = self.portal.invite(invited, self.now, is_via_group=is_via_group)
        assert taken == self.world.invite(invited, self.now, is_via_group=is_via_group)

    @precondition(lambda self: self.world.live() and self.world.sayings < MANY)
    @rule()
    def ask(self):
        self._pass(SECOND)
        people = [part.person for part in self.world.live() if not part.answer]
        assert self.portal.ask(people, self.now) == self.world.ask(people, self.now)

    @precondition(lambda self: self.world.live() and self.world.sayings < MANY)
    @rule()
    def write_to_all(self):
        self._pass(SECOND)
        people = [part.person for part in self.world.live()]
        assert self.portal.write_to(people) == self.world.write_to(people, self.now)

    @precondition(lambda self: self.world.parts)
    @rule(index=whom)
    def withdraw(self, index):
        self._pass(SECOND)
        person = self._one(self.world.parts, index)
        assert self.portal.withdraw(person, self.now) == self.world.withdraw(person, self.now)

    @rule(index=whom)
    def suspend_or_reinstate(self, index):
        self._pass(SECOND)
        person = self.world.people[index]
        if person.is_active:
            self.portal.suspend(person)
            self.world.suspend(person)
        else:
            self.portal.reinstate(person)
            self.world.reinstate(person)

    @rule(index=whom)
    def leave_or_join_group(self, index):
        self._pass(SECOND)
        person = self.world.people[index]
        if person.is_in_group:
            self.portal.leave_group(person, self.now)
        else:
            self.portal.join_group(person, self.now)
            person.joined_on = self.now.date()
        person.is_in_group = not person.is_in_group

    @precondition(lambda self: len(self.world.calendar.rules) < 4)
    @rule(audience=audiences, timing=timings, is_late=st.booleans())
    def add_rule(self, audience, timing, is_late):
        self._pass(SECOND)
        self._add_rule(Rule(audience, **timing, is_late=is_late))

    @precondition(lambda self: self.world.calendar.rules)
    @rule(index=whom, audience=audiences, minutes=st.sampled_from([60, 120, 1440, 2880]))
    def edit_rule(self, index, audience, minutes):
        self._pass(SECOND)
        edited = self._one(self.world.calendar.rules, index)
        before = (edited.audience, edited.minutes)
        edited.audience, edited.minutes = audience, minutes if edited.minutes else None
        is_late = edited.minutes != before[1] and self.world.calendar.has_gone_out(edited)
        assert self.portal.edit_rule(edited) != is_late
        if is_late:
            edited.audience, edited.minutes = before
        else:
            self.world.calendar.plan()

    @precondition(lambda self: self.world.calendar.rules)
    @rule(index=whom)
    def delete_rule(self, index):
        self._pass(SECOND)
        gone = self._one(self.world.calendar.rules, index)
        self.portal.delete_rule(gone)
        self.world.calendar.rules.remove(gone)
        self.world.calendar.plan()

    @precondition(lambda self: self._in_need())
    @rule()
    def send_again(self):
        self._pass(SECOND)
        mail = self._in_need()[0]
        self.portal.send_again(mail.person, mail.kind, self.now)
        self.world.post.send_again(mail, self.now)

    # The invited.

    @precondition(lambda self: self.world.parts)
    @rule(index=whom, answer=st.sampled_from(ANSWERS))
    def answer(self, index, answer):
        self._pass(SECOND)
        person = self._one(self.world.parts, index)
        assert self.portal.answer(person, *answer, self.now) == self.world.answer(person, *answer, self.now)

    @precondition(lambda self: self.world.parts)
    @rule(answers=st.lists(st.tuples(whom, st.sampled_from(ANSWERS)), min_size=2, max_size=5))
    def answer_one_after_another(self, answers):
        for index, answer in answers:
            self.answer(index, answer)

    # Time and the worker.

    @rule(span=st.sampled_from([5 * SECOND, 2 * MINUTE, HOUR, 12 * HOUR, 3 * DAY]))
    def wait(self, span):
        """The beat pauses."""
        self._pause(span)

    @rule(offset=st.sampled_from([-SECOND, timedelta(0), SECOND, 30 * MINUTE]))
    def wait_for_what_comes(self, offset):
        """The beat pauses until just before, at or after the next instant that matters."""
        instants = [slot.due_at for slot in self.world.calendar.slots.values() if slot.state == "scheduled"]
        instants += [self.world.start, self.world.end, *filter(None, [self.world.settles_at])]
        later = [instant + offset for instant in instants if instant + offset > self.now]
        self._pause(min(later, default=self.now + SECOND) - self.now)

    @rule(offset=st.sampled_from([timedelta(0), SECOND, 3 * HOUR]))
    def beat_at_what_comes(self, offset):
        self.wait_for_what_comes(offset)
        self.beat()

    @rule()
    def beat(self):
        """Everything runs, as every five seconds."""
        self._pass(5 * SECOND)
        self._look_after()
        self._turn_into_mail(40)
        self._deliver()
        self.beat_at = self.now
        self.check_ledger_finds_nothing()

    @rule()
    def look_after(self):
        self._pass(SECOND)
        self._look_after()

    @rule(chunks=st.integers(1, 2))
    def turn_into_mail(self, chunks):
        self._pass(SECOND)
        self._turn_into_mail(chunks)

    @rule()
    def deliver(self):
        self._pass(SECOND)
        self._deliver()

    @rule(index=whom)
    def deliver_but_refused(self, index):
        self._pass(SECOND)
        self._deliver(refused=self.world.people[index])

    @rule(index=whom, is_taken=st.booleans())
    def deliver_but_die(self, index, is_taken):
        self._pass(SECOND)
        self._deliver(fatal=self.world.people[index], is_taken=is_taken)

    @rule()
    def check_ledger_finds_nothing(self):
        """Whatever state the portal is in, unless the worker has not looked for so long that things lie."""
        if self.now < self.beat_at + GRACE:
            found = list(islice(differences(self.now), 5))
            assert found == [], f"check_ledger says {found}"

    # What must hold after each step.

    @invariant()
    def ledger_is_what_the_rules_say(self):
        mails = self.world.post.mails
        expected = Counter((mail.kind, mail.person.name, _about(mail), mail.state, mail.copies) for mail in mails)
        found = self.portal.ledger()
        assert found == expected, f"the rules say {expected - found}, the portal did {found - expected}"

    @invariant()
    def seats_are_what_the_rules_say(self):
        expected = {
            part.person.name: (part.answer, part.mode, part.is_seated, part.number is not None)
            for part in self.world.parts.values()
        }
        found = self.portal.seats()
        assert found == expected, f"the rules say {expected}, the portal did {found}"

    # Both at once.

    def _pause(self, span):
        left = self.world.start - self.now
        is_over_too_soon = timedelta(0) < left <= span and self.acts < FIRST_ACTS
        self._pass(max(left - 2 * HOUR, MINUTE) if is_over_too_soon else span)

    def _pass(self, span):
        self.acts += 1
        self.now += span
        self.portal.move_to(self.now)

    def _change(self, **fields):
        self._pass(SECOND)
        assert self.portal.change(self.now, **fields) == self.world.change(self.now, **fields)

    def _add_rule(self, added):
        assert self.portal.add_rule(added)
        self.world.calendar.rules.append(added)
        self.world.calendar.plan()

    def _look_after(self):
        self.portal.look_after(self.now)
        self.world.look_after(self.now)

    def _turn_into_mail(self, chunks):
        self.portal.expand(self.now, chunks)
        self.world.herald.tell(self.now, chunks)
        self.portal.send_out(self.now)
        self.world.calendar.send_out(self.now)

    def _deliver(self, **faults):
        self.portal.deliver(self.now, **faults)
        self.world.post.deliver(self.world, self.now, **faults)

    def _people(self, indexes):
        return [self.world.people[index] for index in indexes]

    def _one(self, things, index):
        return list(things)[index % len(things)]

    def _in_need(self):
        return [mail for mail in self.world.post.mails if mail.state in ("failed", "unclear")]


def _about(mail):
    return (mail.slot.rule, mail.slot.start) if mail.slot else None
