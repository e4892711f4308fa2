"""URLs of pages."""

from django.urls import path

from apps.pages import crawlers, views
from apps.pages.feeding import news_feed, news_settings, topic_feed
from apps.pages.searching import search
from apps.pages.styleguide import styleguide

app_name = "pages"

urlpatterns = [
    path("", views.home, name="home"),
    path("about/", views.about, name="about"),
    path("topics/", views.topic_list, name="topics"),
    path("topics/<slug:slug>/", views.topic_detail, name="topic"),
    path("topics/<slug:slug>/feed/", topic_feed, name="topic_feed"),
    path("feed/<str:token>/", news_feed, name="news_feed"),
    path("settings/feed/", news_settings, name="news_settings"),
    path("groups/<slug:slug>/", views.group_detail, name="group"),
    path("dashboard/", views.dashboard, name="dashboard"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("sitemap.xml", crawlers.sitemap, name="sitemap"),
    path("sitemap-<str:part>-<int:number>.xml", crawlers.sitemap_part, name="sitemap_part"),
    path("search/", search, name="search"),
    path("styleguide/", styleguide, name="styleguide"),
]
