"""How much a reader is told of."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Level(TextChoices):
    """From what tells most to what tells nothing."""

    ALL = "all", _("Every post")
    MENTIONS = "mentions", _("Only mentions of me and replies to me")
    MUTE = "mute", _("Nothing")
