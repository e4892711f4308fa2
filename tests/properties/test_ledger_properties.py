"""Whatever happens, in whatever order: the ledger is what the rules say, and ``check_ledger`` finds nothing."""

import os

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.properties.machine import LedgerMachine

# A long run: PROPERTY_EXAMPLES=2000; it is random, where the usual one is the same every time.
EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES") or 0)
PROFILE = settings(
    max_examples=EXAMPLES or 30,
    stateful_step_count=50 if EXAMPLES else 30,
    derandomize=not EXAMPLES,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_ledger_equals_what_the_plain_model_says_after_any_sequence_of_acts():
    run_state_machine_as_test(LedgerMachine, settings=PROFILE)
