"""Every address of the portal; each application holds its own. Public addresses are listed in tests/test_urls.py."""

from django.contrib import admin
from django.urls import include, path

from apps.core import health

handler400 = "apps.core.errors.bad_request"
handler403 = "apps.core.errors.permission_denied"
handler404 = "apps.core.errors.page_not_found"
handler429 = "apps.core.errors.too_many_requests"  # Asked for by allauth's rate limits.
handler500 = "apps.core.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("", include("apps.discussions.urls")),
    path("", include("apps.events.urls")),
    path("", include("apps.members.urls")),
    path("", include("apps.notifications.urls")),
    path("", include("apps.pages.urls")),
    path("", include("apps.publications.urls")),
]
