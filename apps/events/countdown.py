"""The time really left until a start, in words a person would use."""

from datetime import datetime, timedelta

from django.utils.translation import ngettext

_MINUTE, _HOUR, _DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def time_left(starts_at: datetime, now: datetime) -> str:
    """Return "45 minutes", "3 hours" or "7 days": minutes below 90, hours below a day, then days, each rounded."""
    left = max(starts_at - now, timedelta(0))
    minutes, hours, days = round(left / _MINUTE), round(left / _HOUR), round(left / _DAY)
    if minutes < 90:
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    if hours < 24:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}
