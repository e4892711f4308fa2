"""The clock of the mail engine's tests stands at NOW and runs on."""

import pytest
import time_machine

from tests.make import NOW


@pytest.fixture(autouse=True)
def _at_now():
    with time_machine.travel(NOW, tick=True):
        yield
