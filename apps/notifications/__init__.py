"""The mail engine: reminders, announcements, the ledger of outgoing mail."""
