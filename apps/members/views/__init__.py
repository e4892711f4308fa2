"""The members' own pages, those of people who are not members yet, and the legal texts."""

from apps.members.views.confirming import confirm
from apps.members.views.directory import group_members, member_detail, member_list, profile_preview
from apps.members.views.exporting import export_data
from apps.members.views.invitation import invitation
from apps.members.views.joining import join, joined
from apps.members.views.legal import legal
from apps.members.views.settings import profile, settings_index

__all__ = [
    "confirm",
    "export_data",
    "group_members",
    "invitation",
    "join",
    "joined",
    "legal",
    "member_detail",
    "member_list",
    "profile",
    "profile_preview",
    "settings_index",
]
