#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import signal
import sys

INTERRUPTED = 128 + signal.SIGINT


def main() -> None:
    """Run one management command with the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmmportal.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - Ctrl-C may come while it loads

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        print("Stopped.", file=sys.stderr)  # noqa: T201 - for the person at the terminal
        sys.exit(INTERRUPTED)
