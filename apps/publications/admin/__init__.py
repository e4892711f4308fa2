"""Publications in the admin: the form with authors and a new file, acts that ask first."""

from apps.publications.admin.publication import PublicationAdmin

__all__ = ["PublicationAdmin"]
