"""What can be done with people. Each function says no with ``Refused``."""

from apps.members.actions.acceptance import accept_invitation
from apps.members.actions.addresses import change_address
from apps.members.actions.groups import save_group
from apps.members.actions.importing import import_rows, known_to_import
from apps.members.actions.invitations import (
    prepare_invitation,
    resend_invitation,
    revoke_invitation,
    send_invitation,
)
from apps.members.actions.joining import (
    approve_join_request,
    ask_to_join,
    decline_join_request,
    forget_decided_requests,
)
from apps.members.actions.memberships import change_role, end_membership
from apps.members.actions.profile import save_profile
from apps.members.actions.staff import demote_member, promote_member
from apps.members.actions.status import depart_member, end_sessions, reinstate_member, suspend_member
from apps.members.actions.upkeep import cancel_lapsed

__all__ = [
    "accept_invitation",
    "approve_join_request",
    "ask_to_join",
    "cancel_lapsed",
    "change_address",
    "change_role",
    "decline_join_request",
    "demote_member",
    "depart_member",
    "end_membership",
    "end_sessions",
    "forget_decided_requests",
    "import_rows",
    "known_to_import",
    "prepare_invitation",
    "promote_member",
    "reinstate_member",
    "resend_invitation",
    "revoke_invitation",
    "save_group",
    "save_profile",
    "send_invitation",
    "suspend_member",
]
