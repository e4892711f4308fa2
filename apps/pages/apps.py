"""Registration of the pages application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PagesConfig(AppConfig):
    name = "apps.pages"
    label = "pages"
    verbose_name = _("Pages")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models can be imported only now.
        from apps.core import panels  # noqa: PLC0415
        from apps.pages import exported, needs  # noqa: PLC0415

        panels.register("events:answered_row", needs.needed_still)
        exported.offer()
