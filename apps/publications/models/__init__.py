"""What the publications application keeps."""

from apps.publications.models.author import Author
from apps.publications.models.publication import MAX_TEXT, Publication
from apps.publications.models.version import Version

__all__ = ["MAX_TEXT", "Author", "Publication", "Version"]
