"""URLs of publications."""

from django.urls import include, path

from apps.publications import views
from apps.publications.views import commenting, exporting, owning, resolving, sheets

app_name = "publications"

# No address holds the id of a comment that is sent, and no line of the request log says who asked for one of these
# addresses (``LOG_WITHOUT_MEMBER``). Where comments are settled, whoever leads asks for all of them.
comments = [
    path("", commenting.comments, name="comments"),
    path("save/", commenting.save_comment, name="save_comment"),
    path("delete/", commenting.delete_draft, name="delete_draft"),
    path("send/", commenting.send_comments, name="send_comments"),
    path("own/", owning.own_comment, name="own_comment"),
    path("sheet/", sheets.upload_sheet, name="sheet"),
    path("sheet/import/", sheets.import_sheet, name="import_sheet"),
]

urlpatterns = [
    path("oai", views.oai, name="oai"),
    path("publications/", views.publication_list, name="list"),
    path("publications/feed/", views.publication_feed, name="feed"),
    path("publications/<slug:slug>.bib", views.citation, {"ending": "bib"}, name="bibtex"),
    path("publications/<slug:slug>.ris", views.citation, {"ending": "ris"}, name="ris"),
    path("publications/<slug:slug>.json", views.citation, {"ending": "json"}, name="csl"),
    path("publications/<slug:slug>/", views.publication_detail, name="detail"),
    path("publications/<slug:slug>/file/", views.publication_file, name="file"),
    path("publications/<slug:slug>/versions/<int:number>/", views.version_start, name="version"),
    path("publications/<slug:slug>/versions/<int:number>/pages/<int:page>/", views.version_page, name="page"),
    path("publications/<slug:slug>/versions/<int:number>/pages/<int:page>/image/", views.page_image, name="page_image"),
    path("publications/<slug:slug>/versions/<int:before>/compare/<int:after>/", views.version_compare, name="compare"),
    path("publications/<slug:slug>/versions/<int:number>/file/", views.version_file, name="version_file"),
    path("publications/<slug:slug>/circulation/<slug:code>/", views.circulation_detail, name="circulation"),
    path("publications/<slug:slug>/circulation/<slug:code>/none/", views.answer_none, name="answer_none"),
    path("publications/<slug:slug>/circulation/<slug:code>/comments/", include(comments)),
    path("publications/<slug:slug>/circulation/<slug:code>/resolution/", resolving.resolution, name="resolution"),
    path("publications/<slug:slug>/circulation/<slug:code>/resolution/<uuid:pk>/", resolving.resolve, name="resolve"),
    path(
        "publications/<slug:slug>/circulation/<slug:code>/resolution/tell/",
        resolving.tell_resolved,
        name="tell_resolved",
    ),
    path("publications/<slug:slug>/circulation/<slug:code>/matrix.<str:ending>", exporting.matrix_file, name="matrix"),
    path("publications/<slug:slug>/circulation/<slug:code>/template.xlsx", exporting.template_file, name="template"),
    path("settings/drafts/", owning.drafts, name="drafts"),
    path("settings/drafts/drafts.csv", owning.drafts_file, name="drafts_file"),
]
