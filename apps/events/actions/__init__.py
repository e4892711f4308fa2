"""What can be done with events. Each function says no with ``Refused``."""

from apps.events.actions.answering import answer_event, record_attendance
from apps.events.actions.feeds import make_feed, revoke_feed
from apps.events.actions.inviting import (
    invite_members,
    message_participants,
    remind_unanswered,
    send_trial,
    withdraw_participation,
)
from apps.events.actions.scheduling import (
    cancel_event,
    delete_draft,
    hold_over,
    save_event,
    schedule_event,
)
from apps.events.actions.seats import settle_seats
from apps.events.actions.telling import tell_settled_change
from apps.events.planning import add_default_rules, plan_reminders

__all__ = [
    "add_default_rules",
    "answer_event",
    "cancel_event",
    "delete_draft",
    "hold_over",
    "invite_members",
    "make_feed",
    "message_participants",
    "plan_reminders",
    "record_attendance",
    "remind_unanswered",
    "revoke_feed",
    "save_event",
    "schedule_event",
    "send_trial",
    "settle_seats",
    "tell_settled_change",
    "withdraw_participation",
]
