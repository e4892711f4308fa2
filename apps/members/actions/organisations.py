"""Organisations come with the people from them: known ones are found by name, new ones made."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from apps.members.models import Organisation, StakeholderGroup


def find_or_make_organisation(name: str, stakeholder_group: str = "", country: str = "") -> Organisation | None:
    """Return the organisation of this name, capitals and spaces aside, made where it is new; None for an empty name.

    ``stakeholder_group`` and ``country`` are for a new one only. One query where it is known, else two.
    """
    name = " ".join(name.split())
    if not name:
        return None
    known = Organisation.objects.named(name)
    found = known.first()
    if found:
        return found
    group = stakeholder_group or StakeholderGroup.OTHER
    try:
        with transaction.atomic():
            return Organisation.objects.create(name=name, stakeholder_group=group, country=country)
    except IntegrityError:
        return known.get()
