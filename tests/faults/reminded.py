"""Scenes of reminders: events with a rule that comes due soon or at a wall time, and how the reminders ended."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.events.models import Event, Participation
from apps.events.planning import plan_reminders
from apps.notifications.models import Reminder
from tests.faults.scenes import make_event, make_people


def remind(*, slug, members, due_in_seconds, minutes_before=60):
    """An event with one reminder to each of its people, due that soon."""
    now = timezone.now()
    event = make_event(slug=slug, starts_at=now + timedelta(seconds=due_in_seconds, minutes=minutes_before))
    event.reminder_rules.create(audience="everyone", minutes_before=minutes_before)
    take_part(event, make_people(slug, members, event.group, "!"))
    plan_reminders(event)


def take_part(event, people):
    """Invite without a mail, ten days ago."""
    invited_at = timezone.now() - timedelta(days=10)
    Participation.objects.bulk_create(
        Participation(event=event, member=person, invited_at=invited_at) for person in people
    )


def reminders_due():
    """How many reminders are due and not looked at."""
    return Reminder.objects.due(timezone.now()).count()


def reminder_states():
    """{slug of the event: the states of its reminders}."""
    slugs = dict(Event.objects.values_list("pk", "slug"))
    found = {}
    for about, state in Reminder.objects.order_by("due_at").values_list("about_id", "state"):
        found.setdefault(slugs[about], []).append(state)
    return found


def remind_at(*, slug, members, wall_time, zone):
    """An event three days after the wall time, with one reminder at that time on that day in the event's zone."""
    at = datetime.fromisoformat(wall_time)
    start = datetime.combine(at.date() + timedelta(days=3), time(12), ZoneInfo(zone))
    event = make_event(slug=slug, starts_at=start, time_zone=zone)
    event.reminder_rules.create(audience="everyone", days_before=3, at_time=at.time())
    take_part(event, make_people(slug, members, event.group, "!"))
    event.refresh_from_db()
    plan_reminders(event)


def due_times(*, slug):
    """When the event's reminders are due, in UTC."""
    rows = Reminder.objects.about(Event.objects.get(slug=slug)).order_by("due_at")
    return [row.due_at.isoformat() for row in rows]
