"""The members' own pages, those of people who are not members yet, and the legal texts."""

from apps.members.views.confirming import confirm
from apps.members.views.exporting import export_data
from apps.members.views.invitation import invitation
from apps.members.views.joining import join, joined
from apps.members.views.legal import legal
from apps.members.views.settings import profile, settings_index

__all__ = ["confirm", "export_data", "invitation", "join", "joined", "legal", "profile", "settings_index"]
