"""Publications in the admin: the form with its authors, files, circulations, and acts that ask first."""

from apps.publications.admin import desk
from apps.publications.admin.circulations import CirculationAdmin, ConsulteeAdmin
from apps.publications.admin.publication import PublicationAdmin

__all__ = ["CirculationAdmin", "ConsulteeAdmin", "PublicationAdmin", "desk"]
