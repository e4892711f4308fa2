"""Whom to invite: a group, a topic, a stakeholder group, or people picked by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from apps.core.selects import RowSelectMultiple
from apps.events.models import Event, Participation
from apps.members.models import Group, Member, StakeholderGroup, Topic


class InviteesForm(forms.Form):
    """One of the four; ``whom`` then returns the people."""

    group = forms.ModelChoiceField(label=_("A group"), queryset=Group.objects.order_by("name"), required=False)
    topic = forms.ModelChoiceField(
        label=_("Those interested in a topic"),
        help_text=_("A key area includes its finer topics."),
        queryset=Topic.objects.order_by("title"),
        required=False,
    )
    stakeholder_group = forms.ChoiceField(
        label=_("A stakeholder group"), choices=[("", "---------"), *StakeholderGroup.choices], required=False
    )
    members = forms.ModelMultipleChoiceField(
        label=_("People picked by hand"),
        help_text=_("Search by name, address or organisation."),
        queryset=Member.objects.active(),
        widget=RowSelectMultiple(Participation._meta.get_field("member"), admin.site),
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        chosen = [name for name in self.fields if cleaned.get(name)]
        if len(chosen) != 1 and not self.errors:
            raise ValidationError(_("Choose one: a group, a topic, a stakeholder group, or people."), code="one")
        return cleaned

    @property
    def group_id(self) -> str:
        """The group through which they are invited, "" for none."""
        group = self.cleaned_data["group"]
        return str(group.pk) if group else ""

    def whom(self, event: Event) -> QuerySet[Member]:
        """Return who would be invited now: of the chosen, those not invited yet.

        Somebody whose invitation was taken back is only invited again when picked by hand; and who was invited
        through a group and is picked by hand now stays when the membership ends, without a second mail.
        """
        known = event.participations.live()
        if self.cleaned_data["members"]:
            return self.all_chosen().exclude(pk__in=known.filter(via_group=None).values("member"))
        people = self.all_chosen().exclude(pk__in=known.values("member"))
        return people.exclude(pk__in=event.participations.exclude(withdrawn_at=None).values("member"))

    def all_chosen(self) -> QuerySet[Member]:
        """Return the active members that the choice means."""
        active, cleaned = Member.objects.active(), self.cleaned_data
        if cleaned["group"]:
            return active.filter(memberships__group=cleaned["group"], memberships__ended_on=None)
        if cleaned["topic"]:
            interested = Q(topics=cleaned["topic"]) | Q(topics__parent=cleaned["topic"])
            return active.filter(pk__in=Member.objects.get_queryset().filter(interested).values("pk"))
        if cleaned["stakeholder_group"]:
            return active.filter(organisation__stakeholder_group=cleaned["stakeholder_group"])
        return active.filter(pk__in=cleaned["members"].values("pk"))
