"""Circulations in the admin: preparing one, who is asked and who owes, and each act with a page that asks first."""

from apps.publications.admin.circulations import desk, reaches
from apps.publications.admin.circulations.consultee import ConsulteeAdmin
from apps.publications.admin.circulations.screen import CirculationAdmin

__all__ = ["CirculationAdmin", "ConsulteeAdmin", "desk", "reaches"]
