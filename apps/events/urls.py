"""URLs of events."""

from django.urls import path

from apps.events import views

app_name = "events"

urlpatterns = [
    path("events/", views.event_list, name="list"),
    path("events/<slug:slug>/", views.event_detail, name="detail"),
    path("events/<slug:slug>/event.ics", views.event_calendar, name="calendar"),
    path("events/<slug:slug>/answer/", views.answer_event, name="answer"),
    path("events/<slug:slug>/edit/", views.edit_event, name="edit"),
    path("events/<slug:slug>/cancel/", views.cancel_event, name="cancel"),
    path("calendar/<str:token>.ics", views.feed, name="feed"),
    path("settings/calendar/", views.feed_settings, name="feed_settings"),
    path("rsvp/<str:token>/", views.rsvp, name="rsvp"),
]
