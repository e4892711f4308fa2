"""Acts on requests to join: invite the person, or decline."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from apps.core.adminrows import RowsStep
from apps.core.lines import validate_lines
from apps.members import actions
from apps.members.models import Group, JoinRequest, Member
from apps.members.permissions import Role


def what_is_known(join_request: Any) -> str:
    """Return in words what the portal knows of the address. Reads what ``JoinRequestAdmin`` annotates."""
    if not join_request.is_waiting:
        return ""
    account = {
        Member.Status.ACTIVE: _("has an account"),
        Member.Status.SUSPENDED: _("has an account that is suspended"),
        Member.Status.DEPARTED: _("has an account, noted as departed"),
    }.get(join_request.account_status, "")
    invitation = _("has an open invitation") if join_request.has_invitation else ""
    return ", ".join(str(fact) for fact in (account, invitation) if fact)


class ApprovalForm(forms.Form):
    group = forms.ModelChoiceField(Group.objects.order_by("name"), label=_("Group"), empty_label=None)
    role = forms.ChoiceField(choices=Role, label=_("Role"), initial=Role.MEMBER)


class DeclineForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Plain text, as it stands in the mail. It is kept for 180 days."),
        max_length=2000,
        required=False,
        validators=[validate_lines],
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    tells = forms.BooleanField(
        label=_("Mail the reason to the address that was given"),
        initial=True,
        required=False,
    )

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("tells") and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Please give the reason that is to be mailed, or do not mail one."))
        return cleaned


class JoinRequestStep(RowsStep):
    perm = "members.decide_joinrequest"

    @classmethod
    def fits(cls, row: JoinRequest) -> bool:
        return row.is_waiting

    def describe(self, row: JoinRequest) -> str:
        known = (row.name, row.address, row.organisation, str(row.group or ""), what_is_known(row))
        return " · ".join(part for part in known if part)


class ApproveStep(JoinRequestStep):
    slug = "approve"
    form_class = ApprovalForm
    label = _("Approve and invite")
    question = ngettext_lazy("Invite %(count)d person who asked?", "Invite %(count)d people who asked?", "count")
    button = ngettext_lazy("Invite %(count)d person", "Invite %(count)d people", "count")
    done = ngettext_lazy("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", "count")
    explanation = _(
        "Each address gets an invitation with its own link, valid for 30 days, and one reminder a week before. What "
        "the person told goes into it. Whoever has an account signs in to accept."
    )

    def asked_form(self, rows: list[Any]) -> forms.Form:
        """Offer the group that was asked for, where they all asked for the same."""
        groups = {row.group_id for row in rows}
        return self.form_class(initial={"group": groups.pop()} if len(groups) == 1 else None)

    def act(self, row: JoinRequest, cleaned: dict[str, Any]) -> None:
        chosen = {"group": cleaned["group"], "role": cleaned["role"]}
        actions.approve_join_request(actor=self.actor, join_request=row, now=timezone.now(), **chosen)


class DeclineStep(JoinRequestStep):
    slug = "decline"
    form_class = DeclineForm
    label = _("Decline")
    question = ngettext_lazy("Decline %(count)d request?", "Decline %(count)d requests?", "count")
    button = ngettext_lazy("Decline %(count)d request", "Decline %(count)d requests", "count")
    done = ngettext_lazy("%(count)d request is declined.", "%(count)d requests are declined.", "count")
    explanation = _(
        "The address gets one mail with your reason, and can ask again. Mail nothing to an address that you doubt: "
        "nobody has proved it. The same where somebody asked who is a member or invited already."
    )

    def act(self, row: JoinRequest, cleaned: dict[str, Any]) -> None:
        said = {"reason": cleaned["reason"], "tells": cleaned["tells"]}
        actions.decline_join_request(actor=self.actor, join_request=row, now=timezone.now(), **said)


JOIN_REQUEST_STEPS = (ApproveStep, DeclineStep)
