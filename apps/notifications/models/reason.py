"""Why a row stands as it does, for whoever reads it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext

_PART = ": "


class Explained(models.Model):
    """A row with a ``reason``. It is written in English, marked with ``gettext_noop``, and translated for its reader.

    What comes after a colon, such as a mail server's reply, stays as it was said where no translation knows it.
    """

    reason: models.Field[str, str]

    class Meta:
        abstract = True

    @property
    def why(self) -> str:
        """The reason in the language of this moment."""
        said = gettext(self.reason) if self.reason else ""
        return said if said != self.reason else _PART.join(map(_said, said.split(_PART)))


def _said(part: str) -> str:
    return gettext(part) if part else ""
