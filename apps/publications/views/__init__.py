"""The pages of publications, and their files."""

from apps.publications.views.circulating import circulation_detail
from apps.publications.views.files import publication_file
from apps.publications.views.reading import publication_detail, publication_list

__all__ = ["circulation_detail", "publication_detail", "publication_file", "publication_list"]
