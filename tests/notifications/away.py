"""A database that is away, or full, at one place of the code."""

from django.db import OperationalError


def fail_while_away(monkeypatch, owner, name, faults):
    """Have the function fail once for each of ``faults``, and from then on do what it does."""
    does = getattr(owner, name)

    def fail_or_do(*args, **kwargs):
        if faults:
            faults.pop()
            raise OperationalError("database or disk is full")
        return does(*args, **kwargs)

    monkeypatch.setattr(owner, name, fail_or_do)
