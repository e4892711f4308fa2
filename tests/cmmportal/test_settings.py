"""What the settings make of the environment, and which environments they refuse."""

import re
import stat
import subprocess
import sys

import pytest
from django.conf import settings

from tests.cmmportal.conftest import PRODUCTION

KEY = PRODUCTION["SECRET_KEY"]
NONSENSE = {
    "PORT": "eighty",
    "SITE_URL": "ftp://portal.example.org",
    "DATA_DIR": "/dev/null/data",
    "SECRET_KEY": "",
    "ATTRIBUTION_KEY": "short",
    "ALLOWED_HOSTS": "",
    "DATABASE_URL": "mysql://localhost/portal",
    "REDIS_URL": "http://localhost:6379",
    "EMAIL_URL": "http://mail.example.org",
    "EMAIL_BULK_URL": "smtp://mail.example.org:0",
    "MAIL_FROM": "nobody",
    "MAIL_REPLY_TO": "no address",
    "MAIL_DOMAIN": "exa mple.org",
    "MAIL_RATE": "0",
    "OIDC_URL": "sso.example.org",
    "TRUSTED_PROXIES": "proxy.example.org",
    "LOG_LEVEL": "LOUD",
    "PORTAL_DEMO": "perhaps",
    "DEMO_PASSWORD": "short",
    "DEBUG": "2",
}


MORE_NONSENSE = [
    ("SITE_URL", "https://por tal.example.org"),
    ("SITE_URL", "https://"),
    ("SITE_URL", "https://portal.example.org/path"),
    ("SITE_URL", "http://user@portal.example.org"),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 64),
    ("SECRET_KEY", "django-insecure-" + "abcdef" * 10),
    ("SECRET_KEY_FILE", ""),
    ("SECRET_KEY_OLD", "one"),
    ("SECRET_KEY_OLD", f"{KEY},two"),
    ("ALLOWED_HOSTS", "https://portal.example.org"),
    ("ALLOWED_HOSTS", "portal.example.org:8000"),
    ("ALLOWED_HOSTS", "."),
    ("ALLOWED_HOSTS", "portal.example.org, other host"),
    ("DATABASE_URL", "postgres:///portal?sslmod=require"),
    ("DATABASE_URL", "postgres:///portal?sslmode"),
    ("DATABASE_URL", "postgres://ann:pass#word@db.example.org/portal"),
    ("REDIS_URL", "redis://"),
    ("REDIS_URL", "redis:///0"),
    ("REDIS_URL", "redis://127.0.0.1:6379/zero"),
    ("REDIS_URL", "unix://"),
    ("REDIS_URL", "unix://relative/socket"),
    ("OIDC_URL", "https:///realms/cmm"),
    ("OIDC_CLIENT_ID", "portal"),
    ("OIDC_CLIENT_SECRET", "secret"),
    ("MAIL_FROM", "@x"),
    ("MAIL_FROM", "foo@bar baz"),
    ("MAIL_FROM", "a@example.org, b@example.org"),
    ("MAIL_REPLY_TO", "foo@"),
    ("MAIL_DOMAIN", ".."),
    ("MAIL_DOMAIN", "-"),
]


@pytest.mark.parametrize(("name", "value"), [*NONSENSE.items(), *MORE_NONSENSE])
def test_nonsense_is_refused_in_one_line_that_names_the_variable(refusal, name, value):
    message = refusal(**{name: value})

    assert message.startswith(f"Configuration error: {name} ")
    assert "\n" not in message


def test_production_requires_key_and_hosts(refusal):
    without_key = {name: value for name, value in PRODUCTION.items() if name != "SECRET_KEY"}
    without_hosts = {name: value for name, value in PRODUCTION.items() if name != "ALLOWED_HOSTS"}

    assert refusal(**without_key).startswith("Configuration error: SECRET_KEY is required")
    assert refusal(**without_hosts).startswith("Configuration error: ALLOWED_HOSTS is required")


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", "short"), ("ALLOWED_HOSTS", "*"), ("ALLOWED_HOSTS", "portal.example"), ("DEBUG", "1")],
)
def test_production_refuses_what_is_unsafe(refusal, name, value):
    assert refusal(**PRODUCTION | {name: value}).startswith(f"Configuration error: {name} ")


@pytest.mark.parametrize("missing", ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"])
def test_oidc_requires_its_client(refusal, missing):
    complete = {"OIDC_URL": "https://sso.example.org", "OIDC_CLIENT_ID": "portal", "OIDC_CLIENT_SECRET": "s"}
    del complete[missing]

    assert refusal(**complete) == f"Configuration error: {missing} is required with OIDC_URL."


def test_oidc_opens_the_policy_for_its_provider_only(read_settings):
    client = {"OIDC_CLIENT_ID": "portal", "OIDC_CLIENT_SECRET": "s"}

    with_provider = read_settings(OIDC_URL="https://sso.example.org/realms/cmm", **client)

    assert with_provider["SECURE_CSP"]["form-action"] == ["'self'", "https://sso.example.org"]
    assert "allauth.socialaccount.providers.openid_connect" in with_provider["INSTALLED_APPS"]
    assert read_settings()["SECURE_CSP"]["form-action"] == ["'self'"]


def test_embedded_mode_needs_nothing_and_keeps_its_key(read_settings):
    first = read_settings()
    second = read_settings()

    for name in ("SECRET_KEY", "ATTRIBUTION_KEY"):
        key_file = first["DATA_DIR"] / name.lower()
        assert first[name] == second[name] == key_file.read_text()
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert first["SECRET_KEY"] != first["ATTRIBUTION_KEY"]
    assert stat.S_IMODE(first["DATA_DIR"].stat().st_mode) == 0o700
    assert first["IS_PRODUCTION"] is False
    assert first["PORTAL_DEMO"] is True
    assert len(first["DEMO_PASSWORD"]) >= 12
    assert first["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert first["MAILERS"]["bulk"] == first["MAILERS"]["default"]
    assert first["MAILERS"]["default"]["OPTIONS"] == {"folder": first["DATA_DIR"] / "mail"}


def test_production_mode_is_closed_by_default(read_settings):
    production = read_settings(**PRODUCTION)

    assert production["PORTAL_DEMO"] is False
    assert production["DEMO_PASSWORD"] == ""
    assert production["SESSION_COOKIE_NAME"] == "__Host-session"
    assert production["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert production["SECURE_HSTS_SECONDS"] == 31_536_000
    assert not (production["DATA_DIR"] / "secret_key").exists()


def test_every_service_comes_from_its_url(read_settings):
    values = read_settings(
        DATABASE_URL="postgres://ann:p%40ss@db.example.org:5433/portal?sslmode=require",
        REDIS_URL="redis://:secret@cache.example.org:6380/2",
        EMAIL_URL="smtps://ann:p%40ss@mail.example.org:465",
        EMAIL_BULK_URL="smtp://127.0.0.1:2525",
        MAIL_RATE="30",
        SECRET_KEY_OLD=f"{KEY}, {KEY[::-1]}",
    )

    database = values["DATABASES"]["default"]
    assert (database["USER"], database["PASSWORD"], database["HOST"]) == ("ann", "p@ss", "db.example.org")
    assert (database["PORT"], database["NAME"]) == (5433, "portal")
    assert database["OPTIONS"]["sslmode"] == "require"
    assert "-c lock_timeout=5s " in database["OPTIONS"]["options"]
    assert database["OPTIONS"]["options"].endswith("-c max_parallel_workers_per_gather=0 -c jit=off")
    assert values["CELERY_BROKER_URL"] == values["CACHES"]["default"]["LOCATION"]
    options = values["MAILERS"]["default"]["OPTIONS"]
    assert (options["use_ssl"], options["username"], options["password"]) == (True, "ann", "p@ss")
    assert values["MAILERS"]["bulk"]["OPTIONS"]["port"] == 2525
    assert values["MAIL_RATE"] == 30
    assert values["SECRET_KEY_FALLBACKS"] == [KEY, KEY[::-1]]


def test_option_of_the_database_that_is_given_leaves_the_other_limits(read_settings):
    url = "postgres://portal@127.0.0.1/portal?options=-c%20lock_timeout%3D9s"

    options = read_settings(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]["options"]

    assert "-c idle_in_transaction_session_timeout=60s" in options
    assert options.endswith(" -c lock_timeout=9s")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "portal.example.org,[::1]"),
        ("ALLOWED_HOSTS", ".example.org"),
        ("ALLOWED_HOSTS", "Portal.Example.org"),
        ("REDIS_URL", "redis://127.0.0.1"),
        ("REDIS_URL", "unix:///run/redis.sock?db=2"),
        ("DATABASE_URL", "postgres:///portal?host=/run/postgresql&options=-c%20lock_timeout%3D9s"),
        ("MAIL_FROM", "portal@example.org"),
        ("MAIL_FROM", '"CMM-WG, Portal" <portal+wg@mail.example.org>'),
        ("SITE_URL", "HTTPS://Portal.Example.org/"),
    ],
)
def test_every_usual_spelling_is_taken(read_settings, name, value):
    values = read_settings(**PRODUCTION | {name: value})

    assert values["SITE_URL"] == "https://portal.example.org"
    assert values["IS_PRODUCTION"] is True


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "celery", "--app", "cmmportal", "worker"],
        ["-m", "cmmportal.clock"],
        ["-m", "gunicorn", "--config", "python:cmmportal.webserver", "cmmportal.wsgi"],
        ["-m", "gunicorn", "--preload", "cmmportal.wsgi"],
    ],
    ids=["manage", "worker", "beat", "web", "plain web"],
)
def test_every_process_refuses_in_one_line(clean_environment, command):
    finished = subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env=clean_environment | {"MAIL_RATE": "many"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert finished.returncode == 1
    lines = [line for line in finished.stderr.splitlines() if not line.startswith("[")]
    assert lines == ["Configuration error: MAIL_RATE must be a whole number from 1 to 1000000, not 'many'."]


def test_deployment_check_is_clean_in_production(manage):
    finished = manage("check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)

    assert finished.returncode == 0, finished.stderr
    assert "(3 silenced)" in finished.stdout


def test_readme_lists_exactly_the_variables_that_are_read():
    source = (settings.BASE_DIR / "cmmportal" / "settings.py").read_text()
    read = set(re.findall(r'environment\.\w+\(\s*"([A-Z_]+)"', source)) | {"PORTAL_PYTHON"}
    secrets = set(re.findall(r'environment\.(?:strong_)?secrets?\("([A-Z_]+)"', source))
    table = re.findall(r"^\| `([A-Z_]+)`( 🔑)? \|", (settings.BASE_DIR / "README.md").read_text(), flags=re.MULTILINE)

    assert {name for name, _ in table} == read
    assert {name for name, mark in table if mark} == secrets
    assert set(NONSENSE) | {"SECRET_KEY_OLD", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PORTAL_PYTHON"} == read
