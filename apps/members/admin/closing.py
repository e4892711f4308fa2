"""Closing and opening accounts, ending sessions, giving and taking the secretariat's rights: each asks first."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.members import actions
from apps.members.admin.proving import FreshStep
from apps.members.models import Member

Status = Member.Status


def who_is(member: Member) -> str:
    """Return one line that tells a person apart: name, organisation, address, groups."""
    groups = ", ".join(
        sorted(str(membership.group) for membership in member.memberships.all() if not membership.ended_on)
    )
    return " · ".join(part for part in (member.name, str(member.organisation or ""), member.email, groups) if part)


class MemberStep(RowsStep):
    perm = "members.change_member"

    def describe(self, row: Member) -> str:
        return who_is(row)


class SuspendStep(MemberStep):
    slug = "suspend"
    label = _("Suspend")
    question = ngettext_lazy("Suspend %(count)d person?", "Suspend %(count)d people?", "count")
    button = ngettext_lazy("Suspend %(count)d person", "Suspend %(count)d people", "count")
    done = ngettext_lazy("%(count)d person is suspended.", "%(count)d people are suspended.", "count")
    explanation = _(
        "They are signed out everywhere and see what a stranger sees, at once: their links, calendar and mails "
        "stop. Their seats go to those who wait. Memberships and history stay, and you can reinstate them. They "
        "get no mail about it."
    )

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.status == Status.ACTIVE

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.suspend_member(actor=self.actor, member=row)


class ReinstateStep(MemberStep):
    slug = "reinstate"
    label = _("Reinstate")
    question = ngettext_lazy("Reinstate %(count)d person?", "Reinstate %(count)d people?", "count")
    button = ngettext_lazy("Reinstate %(count)d person", "Reinstate %(count)d people", "count")
    done = ngettext_lazy("%(count)d person is reinstated.", "%(count)d people are reinstated.", "count")
    explanation = _(
        "They can sign in again. Memberships that a departure ended stay ended, and so do the rights of the "
        "secretariat."
    )

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.status != Status.ACTIVE

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.reinstate_member(actor=self.actor, member=row)


class DepartStep(MemberStep):
    slug = "depart"
    label = _("Note as departed")
    question = ngettext_lazy("Note %(count)d person as departed?", "Note %(count)d people as departed?", "count")
    button = ngettext_lazy("Note %(count)d person as departed", "Note %(count)d people as departed", "count")
    done = ngettext_lazy("%(count)d person has departed.", "%(count)d people have departed.", "count")
    explanation = _(
        "Their memberships end today, their account closes, and they are signed out everywhere. What they wrote stays."
    )

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.status != Status.DEPARTED

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.depart_member(actor=self.actor, member=row, now=timezone.now())


class EndSessionsStep(MemberStep):
    slug = "end-sessions"
    label = _("End sessions")
    question = ngettext_lazy("Sign %(count)d person out everywhere?", "Sign %(count)d people out everywhere?", "count")
    button = ngettext_lazy("Sign out %(count)d person", "Sign out %(count)d people", "count")
    done = ngettext_lazy("%(count)d person is signed out.", "%(count)d people are signed out.", "count")
    explanation = _("Every browser in which they are signed in forgets them. They can sign in again at once.")

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.is_active

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.end_sessions(actor=self.actor, member=row)
        if row.pk == self.actor.pk:
            self.request.session.flush()  # The session of this request went with the others: it can not be saved.


class RightsStep(FreshStep, MemberStep):
    """Rights over everything are at stake. One person at a time."""

    perm = "members.promote_member"

    @classmethod
    def as_list_action(cls, model_admin: Any, request: HttpRequest) -> None:
        return None


class PromoteStep(RightsStep):
    slug = "promote"
    label = _("Make coordinator")
    question = ngettext_lazy("Make %(count)d person a coordinator?", "Make %(count)d people coordinators?", "count")
    button = ngettext_lazy("Make coordinator", "Make coordinators", "count")
    done = ngettext_lazy("%(count)d person is a coordinator.", "%(count)d people are coordinators.", "count")
    explanation = _(
        "A coordinator belongs to the secretariat: sees every group, event and person, sends mail to all, and can"
        " make others coordinators. This is logged."
    )

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.is_active and not row.is_staff

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.promote_member(actor=self.actor, member=row)


class DemoteStep(RightsStep):
    slug = "demote"
    label = _("Take the coordinator's rights")
    question = ngettext_lazy("Take %(count)d person's rights?", "Take %(count)d people's rights?", "count")
    button = ngettext_lazy("Take the rights", "Take the rights", "count")
    done = ngettext_lazy(
        "%(count)d person is no coordinator any more.", "%(count)d people are no coordinators.", "count"
    )
    explanation = _("They stay a member, with the roles they have in groups. This is logged.")

    @classmethod
    def fits(cls, row: Member) -> bool:
        return row.is_staff

    def act(self, row: Member, cleaned: dict[str, Any]) -> None:
        actions.demote_member(actor=self.actor, member=row)


CLOSING_STEPS = (SuspendStep, ReinstateStep, DepartStep, EndSessionsStep, PromoteStep, DemoteStep)
