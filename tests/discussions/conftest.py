import pytest

from tests.make import make_thread


@pytest.fixture
def thread(group):
    """By name, of the working group."""
    return make_thread(group=group, title="Does a changed letter reopen a first transfer?")


@pytest.fixture
def quiet(group):
    """Without names, of the working group."""
    return make_thread(group=group, mode="unattributed", title="What would make you walk away?")
