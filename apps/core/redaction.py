"""Takes out of log lines what must never stand there: tokens in paths, e-mail addresses, secrets in query strings."""

import re

HIDDEN = "•••"

# Paths whose next segment lets its reader in, subscribe or answer without a login.
TOKEN_PATH = re.compile(
    r"(/(?:invitation|rsvp|unsubscribe|calendar|feed)/|/accounts/(?:password/reset/key|confirm-email)/)[^/\s?\"'#]+",
)
SECRET_PARAMETER = re.compile(r"([?&](?:code|state|token|key|password|id_token)=)[^&\s\"'#]+", re.IGNORECASE)
# Begins only where a word begins: tried at each letter of a word without an @, a text of 100 kB would take a minute.
ADDRESS = re.compile(r"(?<![^\s<>\"'(),:;=\[\]{}])[^\s<>\"'(),:;=\[\]{}]+@[\w.\-\[\]]+")
# user:password@ in the URL of a service, as drivers like to quote it.
CREDENTIALS = re.compile(r"(\w://)[^\s/@]+@")


def redact(line: str) -> str:
    """The line without tokens, addresses and passwords; the rest is left as it was."""
    line = CREDENTIALS.sub(rf"\1{HIDDEN}@", line)
    line = TOKEN_PATH.sub(rf"\1{HIDDEN}", line)
    line = SECRET_PARAMETER.sub(rf"\1{HIDDEN}", line)
    return ADDRESS.sub(HIDDEN, line)


def holds_token(path: str) -> bool:
    """Whether the path of a request is itself a secret."""
    return TOKEN_PATH.search(path) is not None
