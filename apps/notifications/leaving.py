"""The way out of a mail: just the choice that brought it, where its reader made one, else its whole kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from apps.notifications import preferences
from apps.notifications.models import OutgoingMail, Preference
from apps.notifications.subjects import load


@dataclass(frozen=True, slots=True)
class WayOut:
    """``about`` is the subject whose rule brought the mail, None where the kind did. The mail has an active member."""

    mail: OutgoingMail
    about: Any | None

    @property
    def words(self) -> str | Promise:
        """What is switched off: nothing that says what the mail was about, as whoever has it may open the page."""
        return self.about.rule_words(self.mail.rule) if self.about else self.mail.definition.label

    @property
    def is_of_kind(self) -> bool:
        return self.about is None

    def is_off(self) -> bool:
        """One query."""
        if self.about:
            return bool(self.about.is_rule_off(self.mail.rule, self.mail.member))
        return preferences.cadences_of(self.mail.member)[self.mail.kind] == Preference.Cadence.OFF

    def switch(self, *, is_on: bool) -> None:
        if self.about:
            self.about.switch_rule(self.mail.rule, self.mail.member, is_on=is_on)
            return
        cadence = Preference.Cadence.AT_ONCE if is_on else Preference.Cadence.OFF
        preferences.choose_cadence(member=self.mail.member, kind=self.mail.kind, cadence=cadence)


def way_out(mail: OutgoingMail) -> WayOut:
    """Return the way out of a mail of an optional kind. One query where the mail keeps a rule."""
    about = load(mail.about_type_id, mail.about_id) if mail.rule else None
    return WayOut(mail, about)
