"""Acts on participants chosen in their list: who came, whose invitation is taken back."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.events import actions
from apps.events.admin.people import line
from apps.events.models import Participation


class ParticipantsStep(RowsStep):
    perm = "events.change_participation"

    def describe(self, row: Participation) -> str:
        organisation = row.member.organisation
        person = line(row.member.name, organisation.name if organisation else "", row.member.email)
        return f"{person} · {row.get_answer_display()}"


class AttendanceStep(ParticipantsStep):
    explanation = _("The attendance is noted. Nobody is told.")
    attended: ClassVar[bool]

    @classmethod
    def fits(cls, row: Participation) -> bool:
        return row.attended is not cls.attended

    def act(self, row: Participation, cleaned: dict[str, Any]) -> None:
        actions.record_attendance(actor=self.actor, participation=row, attended=self.attended)


class AttendedStep(AttendanceStep):
    slug = "attended"
    label = _("Note as attended")
    attended = True
    question = ngettext_lazy("Did %(count)d person attend?", "Did %(count)d people attend?", "count")
    button = ngettext_lazy("Note %(count)d person as attended", "Note %(count)d people as attended", "count")
    done = ngettext_lazy("%(count)d person is noted as attended.", "%(count)d people are noted as attended.", "count")


class AbsentStep(AttendanceStep):
    slug = "absent"
    label = _("Note as absent")
    attended = False
    question = ngettext_lazy("Was %(count)d person absent?", "Were %(count)d people absent?", "count")
    button = ngettext_lazy("Note %(count)d person as absent", "Note %(count)d people as absent", "count")
    done = ngettext_lazy("%(count)d person is noted as absent.", "%(count)d people are noted as absent.", "count")


class WithdrawStep(ParticipantsStep):
    slug = "withdraw"
    label = _("Take the invitation back")
    question = ngettext_lazy("Take back %(count)d invitation?", "Take back %(count)d invitations?", "count")
    button = ngettext_lazy("Take back %(count)d invitation", "Take back %(count)d invitations", "count")
    done = ngettext_lazy("%(count)d invitation was taken back.", "%(count)d invitations were taken back.", "count")
    explanation = _(
        "These people no longer see the event unless they may anyway, their links stop working, and their seats "
        "go to those who wait. Who had a mail about the event is told, as long as it lies ahead."
    )

    @classmethod
    def fits(cls, row: Participation) -> bool:
        return row.withdrawn_at is None

    def act(self, row: Participation, cleaned: dict[str, Any]) -> None:
        actions.withdraw_participation(actor=self.actor, participation=row, now=timezone.now())
