"""How much work something is, counted: the same on every machine, however busy, where time is not."""

import sys


def calls_in(function, *args):
    """Return how many calls of Python functions and built-in ones, and returns from them, ``function(*args)`` takes."""
    counted = 0

    def count(_frame, _event, _argument):
        nonlocal counted
        counted += 1

    sys.setprofile(count)
    try:
        function(*args)
    finally:
        sys.setprofile(None)
    return counted
