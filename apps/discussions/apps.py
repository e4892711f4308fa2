"""Registration of the discussions application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DiscussionsConfig(AppConfig):
    name = "apps.discussions"
    label = "discussions"
    verbose_name = _("Discussions")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from apps.core import panels  # noqa: PLC0415
        from apps.discussions import carried, desk, exported, found, samples  # noqa: PLC0415
        from apps.discussions.ledger import differences  # noqa: PLC0415
        from apps.discussions.models import Thread  # noqa: PLC0415
        from apps.discussions.panels import (  # noqa: PLC0415
            threads_locked_by_rule,
            threads_of_event,
            threads_of_publication,
        )
        from apps.notifications import abouts  # noqa: PLC0415
        from apps.notifications.ledger import register  # noqa: PLC0415

        register(differences)
        abouts.register(Thread, "title")
        samples.offer()
        panels.register("events:detail", threads_of_event)
        panels.register("events:under_rule", threads_locked_by_rule)
        panels.register("publications:detail", threads_of_publication)
        exported.offer()
        found.offer()
        carried.offer()
        desk.offer()
