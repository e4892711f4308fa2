"""gunicorn's configuration: `gunicorn --config python:cmmportal.webserver cmmportal.wsgi`.

One process with threads is enough for one small server; WEB_CONCURRENCY, gunicorn's own variable, adds processes.
Reading the settings here makes a wrong one end gunicorn itself, once, instead of each worker again and again.
"""

import logging.config
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from cmmportal import settings
from cmmportal.tether import die_with_parent


class PortalLogger(Logger):
    """Hands gunicorn's lines to our logging, so that all of them are redacted, the access log too if switched on."""

    def setup(self, cfg: Any) -> None:
        logging.config.dictConfig(settings.LOGGING)
        for log in (self.error_log, self.access_log):
            log.handlers.clear()
            log.propagate = True
            log.setLevel(settings.LOG_LEVEL)


def post_fork(server: Any, worker: Any) -> None:
    """gunicorn's hook in each new web process: end with the master, whatever ends it."""
    die_with_parent(worker.ppid)


bind = f"127.0.0.1:{settings.PORT}"
worker_class = "gthread"
threads = 8
preload_app = True
timeout = 60
graceful_timeout = 20
keepalive = 5
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - a heartbeat must not wait for a disk
logger_class = PortalLogger
control_socket_disable = True
# apps.core.proxies decides whose headers count; gunicorn would believe everybody on the loopback interface.
secure_scheme_headers: dict[str, str] = {}
