"""Events in the admin: the form with its reminder rules, participants as a list of their own, acts that ask first."""

from apps.events.admin import desk, reaches, settling
from apps.events.admin.event import EventAdmin
from apps.events.admin.occasion import OccasionAdmin
from apps.events.admin.participation import ParticipationAdmin

__all__ = ["EventAdmin", "OccasionAdmin", "ParticipationAdmin", "desk", "reaches", "settling"]
