"""What the URLs in the environment point at: the database and the mail servers, as Django wants them."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from cmmportal.environment import refuse, split_url

SMTP_TIMEOUT_SECONDS = 20
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}

# A dead or stuck server must cost seconds, not workers: give up connecting, waiting for locks, and long statements.
POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "cmmportal",
    "options": "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=60s",
}


def postgres_database(name: str, url: str) -> dict[str, Any]:
    """Django's settings for a `postgres://user:password@host:port/database?option=value` URL."""
    parts = split_url(name, url, ("postgres", "postgresql"))
    database = unquote(parts.path.lstrip("/"))
    if not database:
        refuse(name, "names no database")
    options = POSTGRES_OPTIONS | dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": database,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": parts.port or "",
        # One connection per web thread, kept and checked before use: the first request after a restart works.
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def smtp_mailer(name: str, url: str) -> dict[str, Any]:
    """Django's mailer for `smtp://` or `smtps://` with `[user:password@]host:port`.

    TLS is on from the first byte with `smtps://`. With `smtp://` it is started (STARTTLS, no way back)
    on port 587 and wherever a password would otherwise cross a network readable.
    """
    parts = split_url(name, url, ("smtp", "smtps"))
    if not parts.hostname or parts.path.strip("/") or parts.query:
        refuse(name, "must look like smtp://[user:password@]host:port")
    is_encrypted = parts.scheme == "smtps"
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if is_encrypted else 25),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": is_encrypted,
            "use_tls": not is_encrypted and _needs_starttls(parts),
            "timeout": SMTP_TIMEOUT_SECONDS,
        },
    }


def _needs_starttls(parts: SplitResult) -> bool:
    return parts.port == 587 or bool(parts.password and parts.hostname not in LOOPBACK_NAMES)
