"""URLs of publications."""

from django.urls import path

from apps.publications import views

app_name = "publications"

urlpatterns = [
    path("publications/", views.publication_list, name="list"),
    path("publications/<slug:slug>/", views.publication_detail, name="detail"),
    path("publications/<slug:slug>/file/", views.publication_file, name="file"),
    path("publications/<slug:slug>/circulation/<slug:code>/", views.circulation_detail, name="circulation"),
]
