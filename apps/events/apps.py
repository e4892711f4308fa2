"""Registration of the events application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "apps.events"
    label = "events"
    verbose_name = _("Events")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from apps.events import carried, exported, found, samples  # noqa: PLC0415
        from apps.events.ledger import differences  # noqa: PLC0415
        from apps.events.models import Event  # noqa: PLC0415
        from apps.notifications import abouts  # noqa: PLC0415
        from apps.notifications.ledger import register  # noqa: PLC0415

        register(differences)
        abouts.register(Event, "title")
        exported.offer()
        carried.offer()
        samples.offer()
        found.offer()
