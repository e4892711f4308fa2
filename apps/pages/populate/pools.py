"""Whom the events of a group invite from: its present members, asked for once."""

from __future__ import annotations

from collections import defaultdict

from apps.members.models import Membership
from apps.pages.demo.people import LOGINS, address_of


class Pools:
    """The present, active members of each group by id, those one can sign in as apart from the others."""

    def __init__(self) -> None:
        self.crowd: dict[int, list[int]] = defaultdict(list)
        self.logins: dict[int, list[int]] = defaultdict(list)
        addresses = {address_of(login) for login in LOGINS}
        present = Membership.objects.current().filter(member__is_active=True).order_by("member")
        for group, member, address in present.values_list("group", "member", "member__email"):
            pool = self.logins if address in addresses else self.crowd
            pool[group].append(member)
