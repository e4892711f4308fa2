"""The members' own pages, the invitation's page and the legal texts."""

from apps.members.views.confirming import confirm
from apps.members.views.exporting import export_data
from apps.members.views.invitation import invitation
from apps.members.views.legal import legal
from apps.members.views.settings import profile, settings_index

__all__ = ["confirm", "export_data", "invitation", "legal", "profile", "settings_index"]
