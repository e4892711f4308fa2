"""What every web process and worker must pass before it works: the right keys, and no restore going on."""

import logging
import os
import signal
import threading
import time

from django.conf import settings
from django.db import DatabaseError, connections

from apps.core import keys
from apps.core.refused import Refused
from cmmportal import lock
from cmmportal.environment import Misconfigured, refuse

logger = logging.getLogger(__name__)

LOOK_EVERY_SECONDS = 2.0

FOREIGN = {
    keys.SECRET_KEY: "is not the one this database was written with, and SECRET_KEY_OLD holds that one neither; give "
    "the right one, or run `manage.py adopt_key` if it is gone for good",
    keys.ATTRIBUTION_KEY: "is not the one this database was written with; give the right one, or run `manage.py "
    "adopt_key ATTRIBUTION_KEY` if it is gone for good",
}


def admit() -> None:
    """End this process with one line unless it may work. A database that is away does not stop it, for that passes: the
    keys are compared when it is back.
    """
    try:
        lock.mark_in_use(settings.DATA_DIR)
        check_keys()
    except Refused as refusal:
        raise Misconfigured(str(refusal)) from None
    except DatabaseError as fault:
        logger.warning("The keys could not be compared with the database (%s) yet.", type(fault).__name__)
        threading.Thread(target=_compare_later, name="keys", daemon=True).start()
    finally:
        # A connection must not be shared with the processes that fork from this one.
        connections.close_all()


def check_keys() -> None:
    """End this process with one line, naming the variable, when the database was written with another key."""
    try:
        keys.check()
    except keys.WrongKey as wrong:
        refuse(wrong.name, FOREIGN[wrong.name])


def _compare_later() -> None:
    """Look until the database answers; then have this process end in good order if it holds another key."""
    is_known = False
    while not is_known:
        time.sleep(LOOK_EVERY_SECONDS)
        try:
            check_keys()
            is_known = True
        except DatabaseError:
            continue
        except Misconfigured as wrong:
            logger.critical("%s", wrong)
            os.kill(os.getpid(), signal.SIGTERM)
            return
        finally:
            connections.close_all()
