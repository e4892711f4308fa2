"""The one exception with which an action says no."""

from django.utils.functional import Promise


class Refused(Exception):
    """An action declined for a reason the user can read.

    The message is a translatable sentence; views show it beside the form or as a notice.
    """

    def __init__(self, message: str | Promise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)
