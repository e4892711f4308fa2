"""URLs of discussions."""

from django.urls import path

from apps.discussions import views

app_name = "discussions"

urlpatterns = [
    path("discussions/", views.thread_list, name="list"),
    path("discussions/new/", views.open_thread, name="open"),
    path("discussions/<int:pk>/", views.thread_detail, name="detail"),
    path("discussions/<int:pk>/read/", views.mark_read, name="read"),
    path("discussions/<int:pk>/draft/", views.save_draft, name="draft"),
    path("discussions/<int:pk>/posts/<int:number>/", views.post, name="post"),
    path("discussions/<int:pk>/posts/<int:number>/edit/", views.edit_post, name="edit"),
    path("discussions/<int:pk>/posts/<int:number>/delete/", views.delete_post, name="delete"),
    path("discussions/<int:pk>/posts/<int:number>/history/", views.post_history, name="history"),
    path("discussions/<int:pk>/posts/<int:number>/name/", views.lift_post, name="lift"),
]
