"""Registration of the notifications application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NotificationsConfig(AppConfig):
    name = "apps.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Offer what a restore carries over, and have `/readyz` say when mail is on hold."""
        from apps.core import health  # noqa: PLC0415  models can be imported only now
        from apps.notifications import carried, holds  # noqa: PLC0415  the same

        carried.offer()
        health.register_remark(holds.remark)
