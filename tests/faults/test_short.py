"""Every fault in its short form, where this suite runs: embedded, or on PostgreSQL and Redis servers of its own."""

import pytest
from django.conf import settings

from tests.faults.registry import EMBEDDED, SERVICES, faults

pytestmark = pytest.mark.journey

HERE = SERVICES if "postgresql" in settings.DATABASES["default"]["ENGINE"] else EMBEDDED


@pytest.mark.parametrize("fault", [found for found in faults() if HERE in found.on], ids=lambda found: found.slug)
def test_portal_survives(fault):
    report = fault.run(HERE, is_short=True)

    if report.skipped:
        pytest.skip(f"NO FAULT {fault.slug}: {report.skipped}")
    assert not report.failures, "\n".join(report.failures)
