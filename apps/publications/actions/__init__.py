"""What can be done with publications. Each function says no with ``Refused``."""

from apps.publications.actions.stepping import take_step

__all__ = ["take_step"]
