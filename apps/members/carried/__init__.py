"""What a restore carries over of people: rights taken away since the backup, and the newest ways to sign in."""

from apps.core import carryover
from apps.members.carried import factors, groups, invitations, memberships, people
from apps.members.models import Invitation


def offer() -> None:
    """Register everything. Called once, when the application is ready; applied in the opposite order."""
    carryover.register("socialaccount.socialaccount", factors.collect_identities, factors.apply_identities)
    carryover.register("mfa.authenticator", factors.collect_factors, factors.apply_factors)
    carryover.register("members.invitation", invitations.collect, invitations.apply)
    carryover.register_nonces(Invitation)
    carryover.register("members.membership", memberships.collect, memberships.apply)
    carryover.register("members.group", groups.collect, groups.apply)
    carryover.register("members.member", people.collect, people.apply)
