"""Saving a membership from a form, each change of a role on the record."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core.audit import record
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions import change_role
from apps.members.models import Member, Membership


class MembershipForm(forms.ModelForm):
    class Meta:
        model = Membership
        fields = ("group", "member", "role", "started_on")

    def clean(self) -> dict[str, Any] | None:
        """The database's rule looks at the end as well, which no form shows, so Django leaves it to us."""
        cleaned = super().clean() or self.cleaned_data
        group, member = cleaned.get("group"), cleaned.get("member")
        if self.instance.pk is None and group and member and _is_in(group, member):
            self.add_error("group", _("This person is in the group already."))
        return cleaned


def save_membership(actor: Member, membership: Membership, form: Any, *, is_new: bool) -> None:
    """Add a membership or give a present one its new role. Everything else about it stays as it is."""
    if is_new:
        if not actor.has_perm("members.add_membership"):
            raise Refused(_("Only the secretariat does this."))
        _add(membership)
        detail = f"group {membership.group_id}: {membership.role}"
        record(AuditEntry.Event.ROLE, actor=actor, about=membership.member, detail=detail)
    elif "role" in form.changed_data:
        role, membership.role = membership.role, form.initial["role"]
        change_role(actor=actor, membership=membership, role=role)


def _add(membership: Membership) -> None:
    try:
        with transaction.atomic():
            membership.save()
    except IntegrityError as fault:
        raise Refused(_("This person is in the group already.")) from fault


def _is_in(group: Any, member: Any) -> bool:
    return Membership.objects.current().filter(group=group, member=member).exists()
