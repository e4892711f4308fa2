"""A month in which every kind of mail was written and sent, and nothing went wrong."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import time_machine
from django.db import transaction
from django.utils import timezone

from apps.discussions import actions as threads
from apps.discussions.models import Thread
from apps.events import actions
from apps.events.models import Event, ReminderRule
from apps.events.planning import plan_reminders
from apps.events.tasks import look_after_events
from apps.members.actions import ask_to_join, decline_join_request, prepare_invitation, send_invitation
from apps.members.models import JoinRequest
from apps.notifications import announcements, outbox, reminders
from apps.notifications.models import OutgoingMail
from apps.notifications.recipients import recipient_of
from apps.publications import actions as papers
from apps.publications.deadline import ANYWHERE, Deadline
from apps.publications.tasks import look_after_circulations
from tests.make import (
    NOW,
    make_circulation,
    make_event,
    make_group,
    make_legal_text,
    make_member,
    make_publication,
    make_topic,
    make_version,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGIN = NOW - 24 * DAY
GUEST = "guest@example.net"
DAYS_BEFORE = 10  # the reminders of an event in nine days went out yesterday


class Undo(Exception):
    """Ends the transaction around a module's tests."""


def lived_once(django_db_blocker):
    """For a fixture of a whole module: yield the month, with the clock at its end; then undo it."""
    with time_machine.travel(NOW), django_db_blocker.unblock(), suppress(Undo), transaction.atomic():
        yield History()
        raise Undo


@dataclass
class History:
    """Two events and two circulations, one of each cancelled, a paper that came out, two threads, four people,
    somebody invited to the group, somebody declined.
    """

    staff: object = field(default_factory=lambda: make_member(is_staff=True))
    group: object = field(default_factory=make_group)
    _clock: object = None

    def __post_init__(self):
        with time_machine.travel(BEGIN, tick=False) as self._clock:
            self.people = [make_member(name=name, group=self.group) for name in ("Ann", "Ben", "Cho", "Dia")]
            self.event = make_event(group=self.group, starts_at=NOW + 9 * DAY, capacity=1)
            self.cancelled = make_event(group=self.group, starts_at=NOW + 20 * DAY)
            for audience in ("interested", "unanswered"):
                ReminderRule.objects.create(event=self.event, audience=audience, minutes_before=DAYS_BEFORE * 24 * 60)
            plan_reminders(self.event)
            self._invite()
            self._answer()
            self._change()
            self._discuss()
            self._circulate()
            self._publish()
            self._remind()

    def _invite(self):
        ann, *_others = self.people
        outbox.notify_sealed(recipient_of(ann), "Code", "ABC", "<p>ABC</p>")
        self.invitation = prepare_invitation(actor=self.staff, group=self.group, address=GUEST)
        send_invitation(actor=self.staff, invitation=self.invitation, now=self._now)
        self._decline()
        actions.send_trial(actor=self.staff, event=self.event, paragraph="", once="t", now=self._now)
        ids = [person.pk for person in self.people]
        for event in (self.event, self.cancelled):
            actions.invite_members(actor=self.staff, event=event, member_ids=ids, once="i", now=self._now)
        self._pass(HOUR)

    def _decline(self):
        """Somebody asked to take part and was told why not."""
        ask_to_join(actor=None, address="asker@example.net", agreed_to=make_legal_text(), name="Asker")
        request = JoinRequest.objects.latest("pk")
        decline_join_request(actor=self.staff, join_request=request, reason="Not now.", tells=True, now=self._now)

    def _answer(self):
        """Ann gives her seat up for Ben; Cho stays silent; Dia is taken off the list."""
        ann, ben, cho, dia = self.people
        for person, answer, mode in ((ann, "yes", "in_person"), (ben, "yes", "in_person"), (ann, "no", "")):
            actions.answer_event(actor=person, event=self.event, answer=answer, mode=mode, now=self._now)
            self._pass(HOUR)
        part = self.event.participations.get(member=dia)
        actions.withdraw_participation(actor=self.staff, participation=part, now=self._now)
        message = {"once": "m", "title": "Room", "paragraph": "Gate B."}
        event = Event.objects.get(pk=self.event.pk)
        actions.message_participants(actor=self.staff, event=event, member_ids=[ben.pk, cho.pk], **message)
        self._pass(HOUR)

    def _change(self):
        event = Event.objects.get(pk=self.event.pk)
        event.place = "Geneva"
        actions.save_event(actor=self.staff, event=event, now=self._now)
        self._pass(HOUR)
        actions.cancel_event(actor=self.staff, event=self.cancelled, now=self._now)
        self._pass(HOUR)

    def _discuss(self):
        """Ann opens a thread, Ben answers her, Cho reports his post, and somebody writes without a name."""
        ann, ben, cho, *_others = self.people
        opened = {"topics": (), "now": self._now}
        thread = Thread(title="Letters", group=self.group)
        threads.open_thread(actor=ann, thread=thread, text="Who changes a letter?", **opened)
        post = threads.write_post(actor=ben, thread=thread, text="#1: only its issuer.", now=self._now)
        threads.report_post(actor=cho, post=post, reason="Off the point.", now=self._now)
        quiet = Thread(title="Doubts", group=self.group, mode=Thread.Mode.UNATTRIBUTED)
        threads.open_thread(actor=ben, thread=quiet, text="What would stop you?", **opened)
        self._pass(DAY)

    def _circulate(self):
        """Ann and Ben owe an answer and get more time; Ben answers after the first chase, and Ann stays silent."""
        ann, ben, *others = self.people
        end = BEGIN.date() + 10 * DAY
        self.circulation, withdrawn = (self._prepared(end) for _number in range(2))
        for circulation in (self.circulation, withdrawn):
            circulation.reviewers.add(ann, ben)
            circulation.people.add(*others)
            ids = [person.pk for person in self.people]
            papers.open_circulation(actor=self.staff, circulation=circulation, member_ids=ids, once="o", now=self._now)
        self._pass(HOUR)
        papers.cancel_circulation(actor=self.staff, circulation=withdrawn, reason="Too early.", now=self._now)
        later = Deadline(end + 2 * DAY, None, ANYWHERE)
        papers.extend_deadline(actor=self.staff, circulation=self.circulation, deadline=later, once="e", now=self._now)
        self._pass(6 * DAY)
        papers.answer_without_comments(actor=ben, circulation=self.circulation, now=self._now)
        self._pass(9 * DAY)
        self._pass(DAY)
        papers.tell_resolved(actor=self.staff, circulation=self.circulation, now=self._now)
        self._pass(HOUR)

    def _publish(self):
        """A paper comes out on a topic of Ann's and Cho's."""
        topic = make_topic()
        for person in self.people[::2]:
            person.topics.add(topic)
        paper = make_publication(group=self.group, state="cleared", licence="CC-BY-4.0")
        paper.topics.add(topic)
        make_version(publication=paper)
        papers.take_step(actor=self.staff, publication=paper, state="published", now=self._now)
        self._pass(HOUR)

    def _prepared(self, end):
        paper = make_publication(group=self.group, state="draft")
        make_version(publication=paper)
        return make_circulation(publication=paper, state="prepared", deadline_on=end)

    def _remind(self):
        self._pass(NOW - DAY - self._now)

    def pass_until(self, moment):
        """Let more time go by, with the worker looking every three days."""
        with time_machine.travel(timezone.now(), tick=False) as self._clock:
            while self._now < moment:
                self._pass(min(3 * DAY, moment - self._now))

    @property
    def _now(self):
        return timezone.now()

    def _pass(self, span):
        """Let time go by, and the worker do what has come due."""
        self._clock.shift(span)
        look_after_events(self._now)
        look_after_circulations(self._now)
        threads.tell_in_batches(self._now)
        announcements.expand_waiting(self._now)
        reminders.send_out_due(self._now)
        waiting = OutgoingMail.objects.unsent()
        waiting.update(state="sent", sent_at=self._now, written_at=self._now, subject="Sent", sealed=b"")
