"""The portal itself, driven by the same acts as the model, and what it did put into the model's words."""

from collections import Counter
from functools import partial
from unittest.mock import patch

import time_machine
from django.core import mail as mailbox
from django.core.exceptions import ValidationError
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction

from apps.core.refused import Refused
from apps.events import actions
from apps.events.models import Event, Participation, ReminderRule
from apps.events.planning import plan_reminders
from apps.events.tasks import look_after_events
from apps.members.actions import end_membership, reinstate_member, suspend_member
from apps.members.models import Member, Membership
from apps.notifications import announcements, claims, reminders
from apps.notifications.actions import send_again
from apps.notifications.delivery import Courier
from apps.notifications.models import OutgoingMail
from apps.notifications.transport import Permanent
from tests.make import make_event, make_group, make_member, make_membership
from tests.properties.heralding import AT_ONCE, CHUNK


class WorkerDied(BaseException):
    """Nothing catches it, as nothing catches a killed process."""


class Portal:
    """One event of one group in a real database; everything is undone by ``close``."""

    def __init__(self, world, now):
        self._clock = time_machine.travel(now, tick=False)
        self._traveller = self._clock.start()
        self._undone = transaction.atomic()
        self._undone.__enter__()
        self._patches = [
            patch.object(announcements, "AT_ONCE", AT_ONCE),
            patch.object(announcements, "expand_chunk", partial(announcements.expand_chunk, limit=CHUNK)),
        ]
        for each in self._patches:
            each.start()
        mailbox.outbox = []
        self._populate(world)

    def _populate(self, world):
        self.staff = make_member("secretariat@example.org", is_staff=True)
        self.group = make_group()
        self.members = {
            person: make_member(f"{person.name}@example.org", group=self.group, time_zone=person.zone)
            for person in world.people
        }
        self.event = make_event(
            group=self.group,
            state="draft",
            starts_at=world.start,
            ends_at=world.end,
            time_zone=world.zone,
            place=world.place,
            capacity=world.places.limit,
        )
        self.rules = {}
        self._once = 0

    def close(self):
        for each in self._patches:
            each.stop()
        transaction.set_rollback(True)
        self._undone.__exit__(None, None, None)
        self._clock.stop()

    def move_to(self, now):
        self._traveller.move_to(now, tick=False)

    # Acts. Each returns False when the portal says no.

    def schedule(self, now):
        return self._takes(actions.schedule_event, event=self._fresh(), now=now)

    def change(self, now, *, start=None, place=None, seats=None):
        event = self._fresh()
        if start is not None:
            event.starts_at, event.ends_at = start, start + (event.ends_at - event.starts_at)
        event.place = place or event.place
        event.capacity = event.capacity if seats is None else seats
        return self._takes(actions.save_event, event=event, now=now)

    def cancel(self, now):
        return self._takes(actions.cancel_event, event=self._fresh(), now=now)

    def invite(self, people, now, *, is_via_group):
        group = self.group if is_via_group else None
        return self._announce(actions.invite_members, people, now=now, via_group=group)

    def ask(self, people, now):
        return self._announce(actions.remind_unanswered, people, now=now, paragraph="")

    def write_to(self, people):
        return self._announce(actions.message_participants, people, title="Room", paragraph="Gate B.")

    def withdraw(self, person, now):
        return self._takes(actions.withdraw_participation, participation=self._part(person), now=now)

    def suspend(self, person):
        suspend_member(actor=self.staff, member=self._member(person))

    def reinstate(self, person):
        reinstate_member(actor=self.staff, member=self._member(person))

    def leave_group(self, person, now):
        membership = Membership.objects.get(group=self.group, member=self.members[person], ended_on=None)
        end_membership(actor=self.staff, membership=membership, now=now)

    def join_group(self, person, now):
        make_membership(group=self.group, member=self._member(person), started_on=now.date())

    def answer(self, person, answer, mode, now):
        act = partial(actions.answer_event, event=self._fresh(), answer=answer, mode=mode, now=now)
        return self._takes(act, actor=self._member(person))

    def add_rule(self, rule):
        row = self.rules[rule] = ReminderRule(event=self.event)
        return self.edit_rule(rule, row)

    def edit_rule(self, rule, row=None):
        """False when the portal keeps the rule as it was."""
        row = row or self.rules[rule]
        row.event = self._fresh()
        row.audience, row.includes_late_joiners = rule.audience, rule.is_late
        row.minutes_before, row.days_before, row.at_time = rule.minutes, rule.days, rule.at
        row.clock = "reader" if rule.is_readers else "event"
        try:
            row.full_clean()
        except ValidationError:
            row.refresh_from_db()
            return False
        row.save()
        plan_reminders(row.event)
        return True

    def delete_rule(self, rule):
        ReminderRule.objects.filter(pk=self.rules[rule].pk).delete()
        plan_reminders(self._fresh())

    def send_again(self, person, kind, now):
        mail = OutgoingMail.objects.needing_a_hand().filter(member=self.members[person], kind=kind).earliest("pk")
        send_again(actor=self.staff, mail=mail, now=now)

    # The worker.

    def look_after(self, now):
        look_after_events(now)

    def expand(self, now, chunks):
        announcements.expand_waiting(now, max_chunks=chunks)

    def send_out(self, now):
        reminders.send_out_due(now)

    def deliver(self, now, *, refused=None, fatal=None, is_taken=False):
        claims.sweep(now)
        server = Server(self._address(refused), self._address(fatal), is_taken=is_taken)
        with patch.object(EmailBackend, "send_messages", server.take):
            while not self._delivers(now):
                pass

    @staticmethod
    def _delivers(now):
        """Whether the worker came to its end alive."""
        try:
            Courier(lambda: now).deliver(seconds=60)
        except WorkerDied:
            return False
        return True

    # What it did, in the model's words.

    def ledger(self):
        """Return {(kind, name, rule and start of a reminder, state, copies taken by the server): how often}."""
        copies = Counter(message.extra_headers["Message-ID"] for message in mailbox.outbox)
        names = {member.pk: person.name for person, member in self.members.items()}
        rules = {row.key: rule for rule, row in self.rules.items()}
        rows = OutgoingMail.objects.select_related("reminder")
        return Counter(
            (
                mail.kind,
                names[mail.member_id],
                (rules[mail.reminder.rule], mail.reminder.anchor_at) if mail.reminder else None,
                mail.state,
                copies[mail.message_id],
            )
            for mail in rows
        )

    def seats(self):
        """Return {name: (answer, way, has a seat, waits)} of all who were ever invited."""
        names = {member.pk: person.name for person, member in self.members.items()}
        parts = self.event.participations.all()
        return {
            names[part.member_id]: (part.answer, part.mode, part.has_seat, part.queue_number is not None)
            for part in parts
        }

    def _fresh(self):
        return Event.objects.get(pk=self.event.pk)

    def _member(self, person):
        return Member.objects.get(pk=self.members[person].pk)

    def _part(self, person):
        return Participation.objects.get(event=self.event.pk, member=self.members[person])

    def _address(self, person):
        return self.members[person].email if person else None

    def _announce(self, act, people, **more):
        self._once += 1
        ids = [self.members[person].pk for person in people]
        return self._takes(act, event=self._fresh(), member_ids=ids, once=str(self._once), **more)

    def _takes(self, act, **arguments):
        try:
            with transaction.atomic():
                act(**{"actor": self.staff} | arguments)
        except Refused:
            return False
        return True


class Server:
    """A mail server that refuses one address, or at which the worker dies once, on mail to one address."""

    def __init__(self, refused, fatal, *, is_taken):
        self.refused, self.fatal, self.is_taken = refused, fatal, is_taken

    def take(self, messages):
        [message] = messages
        if message.to == [self.refused]:
            raise Permanent("550 nobody here")
        if message.to != [self.fatal]:
            mailbox.outbox.append(message)
            return
        self.fatal = None
        if self.is_taken:
            mailbox.outbox.append(message)
        raise WorkerDied
