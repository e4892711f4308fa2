"""The pages of publications, their files, and what other software reads of them."""

from apps.publications.views.circulating import answer_none, circulation_detail
from apps.publications.views.citing import citation
from apps.publications.views.comparing import version_compare
from apps.publications.views.feeding import publication_feed
from apps.publications.views.files import publication_file, version_file
from apps.publications.views.harvesting import oai
from apps.publications.views.pages import page_image, version_page, version_start
from apps.publications.views.reading import publication_detail, publication_list

__all__ = [
    "answer_none",
    "circulation_detail",
    "citation",
    "oai",
    "page_image",
    "publication_detail",
    "publication_feed",
    "publication_file",
    "publication_list",
    "version_compare",
    "version_file",
    "version_page",
    "version_start",
]
