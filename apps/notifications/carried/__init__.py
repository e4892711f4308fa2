"""What a restore does to the ledger: holds everything, and takes for sent what was sent since the backup."""

from apps.core import carryover
from apps.notifications.carried import choices, mails, reminders, settling


def offer() -> None:
    """Register everything. Called once, when the application is ready; applied in the opposite order."""
    carryover.register_settler("notifications.hold", settling.settle)
    carryover.exempt("notifications.outgoingmail.nonce", "An unsubscribe link is never revoked while its row is there.")
    carryover.register("notifications.suppression", choices.collect_suppressions, choices.apply_suppressions)
    carryover.register("notifications.preference", choices.collect_preferences, choices.apply_preferences)
    carryover.register("notifications.outgoingmail", mails.collect, mails.apply)
    carryover.register("notifications.reminder", reminders.collect, reminders.apply)
