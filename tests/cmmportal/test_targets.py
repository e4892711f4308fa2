"""What service URLs mean."""

import pytest

from cmmportal.targets import postgres_database, smtp_mailer


@pytest.mark.parametrize(
    ("url", "use_ssl", "use_tls", "port"),
    [
        ("smtp://mail.example.org", False, False, 25),
        ("smtp://mail.example.org:587", False, True, 587),
        ("smtp://ann:pw@mail.example.org:25", False, True, 25),
        ("smtp://ann:pw@127.0.0.1:1025", False, False, 1025),
        ("smtps://ann:pw@mail.example.org", True, False, 465),
    ],
)
def test_mailer_never_sends_a_password_in_clear_over_a_network(url, use_ssl, use_tls, port):
    options = smtp_mailer("EMAIL_URL", url)["OPTIONS"]

    assert (options["use_ssl"], options["use_tls"], options["port"]) == (use_ssl, use_tls, port)
    assert options["timeout"] == 20


@pytest.mark.parametrize("url", ["smtp://", "smtp://host/path", "smtp://host?tls=1"])
def test_mailer_refuses_what_it_would_ignore(url):
    with pytest.raises(SystemExit, match="EMAIL_URL"):
        smtp_mailer("EMAIL_URL", url)


def test_database_on_a_unix_socket():
    database = postgres_database("DATABASE_URL", "postgres:///portal?host=/run/postgresql")

    assert (database["NAME"], database["HOST"], database["PORT"]) == ("portal", "/run/postgresql", "")
    assert "host" not in database["OPTIONS"]


def test_database_without_a_name_is_refused():
    with pytest.raises(SystemExit, match="DATABASE_URL names no database"):
        postgres_database("DATABASE_URL", "postgres://localhost/")
