"""People and how they come together."""

from apps.members.models.group import Group, Membership, Phase, Topic
from apps.members.models.invitation import Invitation
from apps.members.models.joining import JoinRequest
from apps.members.models.legal import Consent, LegalText
from apps.members.models.person import Member, Organisation, StakeholderGroup

__all__ = [
    "Consent",
    "Group",
    "Invitation",
    "JoinRequest",
    "LegalText",
    "Member",
    "Membership",
    "Organisation",
    "Phase",
    "StakeholderGroup",
    "Topic",
]
