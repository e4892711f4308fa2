"""What a member says about themself, and the address they sign in with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from apps.core import audit
from apps.core.models import AuditEntry
from apps.core.refused import Refused
from apps.members.actions.organisations import find_or_make_organisation
from apps.members.actions.rights import require
from apps.members.managers import normalised_address
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


def change_address(*, actor: Member | None, member: Member, address: str) -> Member:
    """Give the member another address to sign in with, vouched for by the secretariat. The old one opens nothing."""
    require(actor, "members.change_member", member)
    member.email = normalised_address(address)
    try:
        with transaction.atomic():
            member.save(update_fields=["email", "updated_at"])
            member.hold_address()
    except IntegrityError as fault:
        raise Refused(_("There is an account with this address already.")) from fault
    audit.record(AuditEntry.Event.CREDENTIAL, actor=actor, about=member, detail="address changed by the secretariat")
    return member
