"""Views read the clock themselves: here it stands at NOW."""

import pytest
import time_machine
from django.test import Client

from tests.make import NOW


@pytest.fixture
def frozen():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def csrf_client():
    """A browser that is not excused from the CSRF check, as the usual test client is."""
    return Client(enforce_csrf_checks=True)
