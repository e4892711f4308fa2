"""Entering a process of the long run; imports nothing that wants Django set up."""

import django

from cmmportal.tether import die_with_parent


def enter(parent):
    """It goes with the one that started it, and can name models."""
    die_with_parent(parent)
    django.setup()
