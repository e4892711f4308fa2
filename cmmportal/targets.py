"""What the URLs in the environment point at: site, database, broker, mail servers, single sign-on."""

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote

from cmmportal.environment import refuse, split_url
from cmmportal.hostnames import is_host

SMTP_TIMEOUT_SECONDS = 20
LOOPBACK_NAMES = {"localhost", "127.0.0.1", "::1"}

# A dead or stuck server must cost seconds, not workers: give up connecting, waiting for locks, and long statements.
# And all statements are short: second processes and compiled plans cost them more than they give.
_SERVER = {
    "lock_timeout": "5s",
    "statement_timeout": "30s",
    "idle_in_transaction_session_timeout": "60s",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
POSTGRES_OPTIONS: dict[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
    "application_name": "cmmportal",
    "options": " ".join(f"-c {name}={value}" for name, value in _SERVER.items()),
}


# What libpq (PostgreSQL 17, section 34.1.2) and Django take beside the parts of the URL itself.
POSTGRES_KEYWORDS = frozenset(
    {
        "application_name",
        "assume_role",
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "gssdelegation",
        "gssencmode",
        "gsslib",
        "host",
        "hostaddr",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "krbsrvname",
        "load_balance_hosts",
        "options",
        "passfile",
        "port",
        "require_auth",
        "requirepeer",
        "service",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcertmode",
        "sslcrl",
        "sslcrldir",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "sslsni",
        "target_session_attrs",
        "tcp_user_timeout",
    }
)


def site(name: str, url: str) -> SplitResult:
    """Take the public address apart: scheme, host and port, nothing else."""
    parts = split_url(name, url, ("http", "https"))
    if not is_host(parts.hostname or "") or url.lower() != f"{parts.scheme}://{parts.netloc}".lower() or parts.username:
        refuse(name, "must be a scheme and a host name only, such as https://portal.example.org")
    return parts


def issuer(name: str, url: str) -> SplitResult:
    """Take the address of an OpenID Connect provider apart."""
    parts = split_url(name, url, ("https", "http"))
    if not is_host(parts.hostname or "") or parts.query or parts.username:
        refuse(name, "must look like https://sso.example.org/path")
    return parts


def redis_location(name: str, url: str) -> str:
    """Return the `redis://`, `rediss://` or `unix://` URL; refuses one without a host, or with a database's name."""
    parts = split_url(name, url, ("redis", "rediss", "unix"))
    if parts.scheme == "unix":
        if parts.hostname or len(parts.path) < 2:
            refuse(name, "must look like unix:///path/of/the/socket")
    elif not is_host(parts.hostname or ""):
        refuse(name, "must name a host, such as redis://127.0.0.1:6379/0")
    elif parts.path.strip("/") and not parts.path[1:].isdecimal():
        refuse(name, "must end with the number of a database, such as redis://127.0.0.1:6379/0")
    return url


def postgres_database(name: str, url: str) -> dict[str, Any]:
    """Django's settings for a `postgres://user:password@host:port/database?option=value` URL."""
    parts = split_url(name, url, ("postgres", "postgresql"))
    database = unquote(parts.path.lstrip("/"))
    if not database:
        refuse(name, "names no database")
    given = dict(parse_qsl(parts.query, keep_blank_values=True))
    for keyword, value in given.items():
        if keyword not in POSTGRES_KEYWORDS or not value:
            refuse(name, f"has an option that PostgreSQL does not know, or without a value: {keyword[:40]!r}")
    options = POSTGRES_OPTIONS | given
    if "options" in given:
        # What is given last counts: one limit that is set otherwise leaves the others as they are.
        options["options"] = f"{POSTGRES_OPTIONS['options']} {given['options']}"
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
    if not is_host(parts.hostname or "") or parts.path.strip("/") or parts.query:
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
