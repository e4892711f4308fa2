"""URLs of publications."""

from django.urls import path

from apps.publications import views

app_name = "publications"

urlpatterns = [
    path("publications/", views.publication_list, name="list"),
    path("publications/feed/", views.publication_feed, name="feed"),
    path("publications/<slug:slug>.bib", views.citation, {"ending": "bib"}, name="bibtex"),
    path("publications/<slug:slug>.ris", views.citation, {"ending": "ris"}, name="ris"),
    path("publications/<slug:slug>.json", views.citation, {"ending": "json"}, name="csl"),
    path("publications/<slug:slug>/", views.publication_detail, name="detail"),
    path("publications/<slug:slug>/file/", views.publication_file, name="file"),
    path("publications/<slug:slug>/circulation/<slug:code>/", views.circulation_detail, name="circulation"),
]
