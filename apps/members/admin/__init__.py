"""People in the admin: members and their groups, invitations, requests to join, and the legal texts."""

from apps.members.admin import desk
from apps.members.admin.group import GroupAdmin, MembershipAdmin
from apps.members.admin.invitation import InvitationAdmin
from apps.members.admin.joinrequest import JoinRequestAdmin
from apps.members.admin.legal import LegalTextAdmin
from apps.members.admin.member import MemberAdmin
from apps.members.admin.subjects import OrganisationAdmin, PhaseAdmin, TopicAdmin

__all__ = [
    "GroupAdmin",
    "InvitationAdmin",
    "JoinRequestAdmin",
    "LegalTextAdmin",
    "MemberAdmin",
    "MembershipAdmin",
    "OrganisationAdmin",
    "PhaseAdmin",
    "TopicAdmin",
    "desk",
]
