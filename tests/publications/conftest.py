"""Views read the clock themselves: here it stands at NOW."""

import pytest
import time_machine

from tests.make import NOW


@pytest.fixture
def frozen():
    with time_machine.travel(NOW, tick=True):
        yield


@pytest.fixture
def moving_clock():
    """A clock to move on."""
    with time_machine.travel(NOW, tick=True) as traveller:
        yield traveller
