"""`manage.py run`: the whole portal in the foreground. Prepares the database, then becomes the supervisor."""

import os
import signal
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils import timezone

from apps.core.leftovers import remove_leftovers
from apps.core.refused import Refused
from cmmportal.admission import check_keys
from cmmportal.lock import take_run_lock
from cmmportal.tether import die_with_parent


class Command(BaseCommand):
    help = "Runs web server, workers, beat and, where REDIS_URL is unset, the broker, until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--parent", type=int, metavar="PID", help="end when this process, our parent, does")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            # A gentle signal: from here on until the end there is something to be put away.
            die_with_parent(options["parent"], signal.SIGTERM)
        lock = take_lock()
        refuse_used_port()
        call_command("migrate", interactive=False, verbosity=0)
        check_keys()
        # Nobody else works on this folder: the lock is ours.
        remove_leftovers(timezone.now())
        if settings.IS_PRODUCTION:
            call_command("collectstatic", interactive=False, verbosity=0)
        arguments = ["--demo"] if settings.PORTAL_DEMO and has_demo() else []
        connections.close_all()
        # Becoming another program frees the memory Django took; the lock goes along as an open file.
        os.set_inheritable(lock, True)
        os.chdir(settings.BASE_DIR)
        # The supervisor hears of a Ctrl-C meanwhile as soon as it listens.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        os.execv(sys.executable, [sys.executable, "-m", "cmmportal.supervisor", *arguments])  # noqa: S606 - ourselves


def take_lock() -> int:
    """Lock the data folder; a second portal on it would double every process."""
    try:
        return take_run_lock(settings.DATA_DIR)
    except Refused as refusal:
        raise CommandError(str(refusal)) from None


def refuse_used_port() -> None:
    """Say so now, in one line, rather than by a web process that never comes up."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", settings.PORT))
        except OSError as fault:
            raise CommandError(f"PORT {settings.PORT} cannot be used: {fault.strerror}.") from None


def has_demo() -> bool:
    """Load the demo into an empty database, and tell whether the demo people are there."""
    people = get_user_model()._default_manager
    if not people.exists() and "demo" in get_commands():
        call_command("demo")
    return people.filter(email="coordinator@example.org").exists()
