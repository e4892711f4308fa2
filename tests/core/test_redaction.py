"""What never stands in a log line."""

import pytest

from apps.core.redaction import holds_token, redact


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("GET /invitation/s3cr3t-token/ 200", "GET /invitation/•••/ 200"),
        ("/rsvp/abc.def:ghi/yes/", "/rsvp/•••/yes/"),
        ("/unsubscribe/abc/?x=1", "/unsubscribe/•••/?x=1"),
        ("/calendar/abc.ics", "/calendar/•••"),
        ("/feed/abc/?topic=x", "/feed/•••/?topic=x"),
        ("/publications/feed/?topic=x", None),
        ("/accounts/password/reset/key/1-abc-def/", "/accounts/password/reset/key/•••/"),
        ("/accounts/confirm-email/abc/", "/accounts/confirm-email/•••/"),
        (
            "/accounts/oidc/sso/login/callback/?state=abc&code=def",
            "/accounts/oidc/sso/login/callback/?state=•••&code=•••",
        ),
        ("refused ann+x@example.org (550)", "refused ••• (550)"),
        ("Key (email)=(ann@example.org) exists", "Key (email)=(•••) exists"),
        ("postgres://ann:secret@db/portal", None),
        ("/events/spring-meeting/ 200", "/events/spring-meeting/ 200"),
        ("celery@work started, 3 @ 5", None),
    ],
)
def test_secrets_and_addresses_are_hidden_and_the_rest_stays(line, expected):
    redacted = redact(line)

    assert "secret" not in redacted.replace("s3cr3t", "secret")
    assert "example.org" not in redacted
    if expected is not None:
        assert redacted == expected


@pytest.mark.parametrize("word", ["A", "@", "a@", "a.", "://", "?token"])
def test_a_megabyte_is_redacted_while_the_request_waits(word):
    """Not in steps that grow with the square of its length: that took minutes, and the whole web process with it."""
    line = word * (1_000_000 // len(word))

    assert redact(f"{line} ann@example.org").endswith("•••")


def test_holds_token_knows_secret_paths():
    assert holds_token("/invitation/abc/")
    assert holds_token("/calendar/abc.ics")
    assert not holds_token("/calendar/")
    assert not holds_token("/events/abc/event.ics")
