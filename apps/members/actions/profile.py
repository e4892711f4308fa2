"""What a member says about themself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from apps.members.actions.organisations import find_or_make_organisation
from apps.members.actions.rights import require
from apps.members.models import Member, Topic


@transaction.atomic
def save_profile(*, actor: Member, member: Member, organisation: str, topics: Iterable[Topic], **values: Any) -> Member:
    """Save what was typed (``values``: plain fields of ``Member``); an organisation of a new name is made.

    Only these columns are written, so a suspension at the same moment stands.
    """
    if actor.pk != member.pk:
        require(actor, "members.change_member", member)
    for field, value in values.items():
        setattr(member, field, value)
    member.organisation = find_or_make_organisation(organisation, country=str(values.get("country") or ""))
    member.save(update_fields=[*values, "organisation", "updated_at"])
    member.topics.set(topics)
    return member
