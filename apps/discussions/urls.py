"""URLs of discussions."""

from django.urls import path

from apps.discussions import views

app_name = "discussions"

urlpatterns = [
    path("discussions/", views.thread_list, name="list"),
    path("discussions/new/", views.open_thread, name="open"),
    path("discussions/new/draft/", views.save_thread_draft, name="draft_thread"),
    path("discussions/reports/", views.report_list, name="reports"),
    path("discussions/reports/<uuid:pk>/", views.settle_report, name="settle_report"),
    path("discussions/<int:pk>/", views.thread_detail, name="detail"),
    path("discussions/<int:pk>/follow/", views.follow_thread, name="follow"),
    path("settings/discussions/", views.following, name="following"),
    path("discussions/<int:pk>/read/", views.mark_read, name="read"),
    path("discussions/<int:pk>/draft/", views.save_draft, name="draft"),
    path("discussions/<int:pk>/posts/<int:number>/", views.post, name="post"),
    path("discussions/<int:pk>/posts/<int:number>/file/", views.post_file, name="file"),
    path("discussions/<int:pk>/posts/<int:number>/edit/", views.edit_post, name="edit"),
    path("discussions/<int:pk>/posts/<int:number>/draft/", views.save_edit_draft, name="draft_edit"),
    path("discussions/<int:pk>/posts/<int:number>/delete/", views.delete_post, name="delete"),
    path("discussions/<int:pk>/posts/<int:number>/history/", views.post_history, name="history"),
    path("discussions/<int:pk>/posts/<int:number>/name/", views.lift_post, name="lift"),
    path("discussions/<int:pk>/posts/<int:number>/report/", views.report_post, name="report"),
    path("discussions/<int:pk>/posts/<int:number>/moderate/", views.moderate_post, name="moderate"),
    path("discussions/<int:pk>/pin/", views.pin_thread, name="pin"),
    path("discussions/<int:pk>/lock/", views.lock_thread, name="lock"),
    path("discussions/<int:pk>/hide/", views.hide_thread, name="hide"),
    path("discussions/<int:pk>/move/", views.move_thread, name="move"),
    path("discussions/<int:pk>/title/", views.rename_thread, name="rename"),
    path("discussions/<int:pk>/summary/", views.summarise_thread, name="summarise"),
    path("discussions/<int:pk>/outcome/", views.settle_thread, name="settle"),
]
