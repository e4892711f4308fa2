"""Publications in the admin: circulations with the people asked in them, and acts that ask first."""

from apps.publications.admin.circulations import CirculationAdmin, ConsulteeAdmin

__all__ = ["CirculationAdmin", "ConsulteeAdmin"]
