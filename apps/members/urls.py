"""URLs of members."""

from django.urls import path, re_path

from apps.members import views

app_name = "members"

urlpatterns = [
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("join/", views.join, name="join"),
    path("join/thanks/", views.joined, name="joined"),
    path("members/", views.member_list, name="list"),
    path("members/<int:pk>/", views.member_detail, name="detail"),
    path("groups/<slug:slug>/members/", views.group_members, name="group"),
    path("settings/", views.settings_index, name="settings"),
    path("settings/profile/", views.profile, name="profile"),
    path("settings/profile/preview/", views.profile_preview, name="preview"),
    path("settings/data/", views.export_data, name="export"),
    path("settings/confirm/", views.confirm, name="confirm"),
    re_path(r"^(?P<kind>privacy|imprint|accessibility)/$", views.legal, name="legal"),
]
