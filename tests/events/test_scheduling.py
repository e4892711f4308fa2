"""A draft made real, as it is at that moment and not as it was on somebody's screen."""

from datetime import timedelta

import pytest

from apps.core.refused import Refused
from apps.events.actions import save_event, schedule_event
from apps.events.models import Event
from apps.events.planning import add_default_rules
from apps.notifications.models import Reminder
from tests.make import NOW, make_event

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def draft(group):
    draft = make_event(group=group, state="draft", starts_at=NOW + 30 * DAY)
    add_default_rules(draft)
    return draft


def moved(event, chair, start):
    """Let the chair move the event meanwhile; return it as it was read before."""
    read_before = Event.objects.get(pk=event.pk)
    event.starts_at, event.ends_at = start, start + timedelta(hours=1)
    save_event(actor=chair, event=event, now=NOW)
    return read_before


def test_draft_that_was_moved_meanwhile_is_reminded_of_at_its_new_start(draft, chair, coordinator):
    read_before = moved(draft, chair, NOW + 40 * DAY)

    schedule_event(actor=coordinator, event=read_before, now=NOW)

    assert Event.objects.get().is_scheduled
    planned = Reminder.objects.filter(state="scheduled")
    assert set(planned.values_list("anchor_at", flat=True)) == {NOW + 40 * DAY}
    assert planned.count() == draft.reminder_rules.count() == 5


def test_draft_that_was_moved_into_the_past_meanwhile_is_not_scheduled(draft, chair, coordinator):
    read_before = moved(draft, chair, NOW - DAY)

    with pytest.raises(Refused, match="start has passed"):
        schedule_event(actor=coordinator, event=read_before, now=NOW)

    assert Event.objects.get().is_draft


def test_draft_is_scheduled_once(draft, coordinator):
    read_before = Event.objects.get()
    schedule_event(actor=coordinator, event=draft, now=NOW)

    with pytest.raises(Refused, match="not a draft any more"):
        schedule_event(actor=coordinator, event=read_before, now=NOW)
