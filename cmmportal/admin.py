"""The portal's admin site: Django's own, entered only through allauth's login with its limits and second factor."""

from __future__ import annotations

from datetime import datetime
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.db.models.base import ModelBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _

from apps.core import panels
from apps.core.zones import clock_text, zone_city, zone_label

if TYPE_CHECKING:
    from apps.members.models import Member

# As in apps.core.desk, which can be imported only when the models are there; this module is wanted before.
_PLACES = ("desk.pulse", "desk.due", "desk.waiting", "desk")
# What the secretariat begins most often, offered on the desk to whoever may: permission, words, name of the screen.
_WAYS = (
    ("events.add_event", _("New event"), "admin:events_event_add"),
    ("members.add_invitation", _("Import members from a file"), "admin:members_invitation_import"),
)
FOREIGN = {"account", "auth", "mfa", "sessions", "socialaccount", "usersessions"}


class PortalAdminConfig(AdminConfig):
    default_site = "cmmportal.admin.PortalAdminSite"


class PortalAdminSite(admin.AdminSite):
    site_header = _("CMM-WG Portal")
    site_title = _("CMM-WG Portal")
    index_title = _("Secretariat")
    # A script moves it in and shifts the page; its list stands in the menu "Records" instead.
    enable_nav_sidebar = False

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Leave out what libraries register for themselves: accounts are changed through their own screens."""
        models: list[Any] = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        ours = [model for model in models if model._meta.app_label not in FOREIGN]
        super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Only active staff; being a superuser adds nothing."""
        return request.user.is_active and request.user.is_staff

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Ask strangers to sign in; whoever is signed in without the right is told no, on the record."""
        inner = super().admin_view(view, cacheable)

        @wraps(inner)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.user.is_authenticated and not self.has_permission(request):
                raise PermissionDenied
            return inner(request, *args, **kwargs)

        return guarded

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        """The desk: what needs a hand, above the stock list of records. Each app brings its own part."""
        person = cast("Member", request.user)
        return super().index(request, {**_desk(person, timezone.now()), **(extra_context or {})})

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Send to the one login page. Someone signed in without the right would come back here for ever: no, then."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise PermissionDenied
        return redirect(f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: self._after_login(request)})}")

    def _after_login(self, request: HttpRequest) -> str:
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
        return wanted if is_ours else reverse("admin:index")

    def logout(  # type: ignore[override]  # a redirect where the stubs expect a page
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]  # the same
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")


def _desk(person: Member, now: datetime) -> dict[str, Any]:
    """Return what each place of the desk shows, and what time it is at the reader's."""
    pulse, due, waiting, shown = (panels.collect(slot, person, person, now) for slot in _PLACES)
    also_waiting = [(panel["waiting_template"], panel) for _template, panel in pulse if "waiting_template" in panel]
    zone = person.time_zone
    here = {"time": clock_text(now, zone), "city": zone_city(zone), "zone": zone_label(now, zone)}
    return {
        "title": _("Desk"),
        "ways": [(words, reverse(name)) for perm, words, name in _WAYS if person.has_perm(perm)],
        "now": now,
        "zone_words": _("%(time)s in %(city)s (%(zone)s). Every time on this desk is %(city)s time.") % here,
        "pulse": pulse,
        "due": due,
        "waiting": [*also_waiting, *waiting],
        "things_waiting": sum(panel.get("things", 0) for _template, panel in [*pulse, *waiting]),
        "desk": shown,
    }
