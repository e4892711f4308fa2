"""Small readers of environment variables that fail loudly: one line, naming the variable, exit status 1.

A variable that is set but empty counts as unset, except where that would quietly change what the
portal runs on (see `required_if_set`). Secrets may also stand in a file named by `<NAME>_FILE`.
"""

import os
from collections.abc import Collection
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from cmmportal.hostnames import is_host_pattern, is_mailbox

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}

type Network = IPv4Network | IPv6Network


class Misconfigured(SystemExit):
    """Ends the process with one line on standard error and status 1, whoever imported the settings."""


def refuse(name: str, why: str) -> NoReturn:
    """Stop the start because of the variable `name`; `why` ends the sentence."""
    raise Misconfigured(f"Configuration error: {name} {why}.")


def text(name: str, default: str = "") -> str:
    """The value without surrounding blanks, or `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def required_if_set(name: str) -> str:
    """The value, "" when unset; refuses a variable that is set but empty."""
    if name in os.environ and not os.environ[name].strip():
        refuse(name, "is set but empty")
    return text(name)


def secret(name: str) -> str:
    """The value of `name`, or the content of the file named by `<name>_FILE`; "" when neither is set."""
    file_name = f"{name}_FILE"
    path = required_if_set(file_name)
    if not path:
        return required_if_set(name)
    if text(name):
        refuse(name, f"and {file_name} are both set, keep one")
    return _content(file_name, Path(path))


def strong_secret(name: str) -> str:
    """A secret that keys are made of, "" when unset; refuses one that could be guessed."""
    value = secret(name)
    return _strong(name, value) if value else ""


def strong_secrets(name: str) -> list[str]:
    """The comma-separated parts of a secret, each of them strong."""
    return [_strong(name, part.strip()) for part in secret(name).split(",") if part.strip()]


def _strong(name: str, value: str) -> str:
    """The same bar as Django's own check, but before the start and not after it."""
    if len(value) < 50 or len(set(value)) < 5 or value.startswith("django-insecure-"):
        refuse(name, "is too weak, give it at least 50 random characters")
    return value


def _content(name: str, path: Path) -> str:
    try:
        content = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        refuse(name, f"names a file that cannot be read ({type(fault).__name__})")
    return content or refuse(name, "names an empty file")


def flag(name: str, *, default: bool) -> bool:
    """A yes or no, written 1/0, true/false, yes/no or on/off."""
    word = text(name).lower()
    if not word:
        return default
    if word not in TRUE_WORDS | FALSE_WORDS:
        refuse(name, f"must be 1 or 0, not {word!r}")
    return word in TRUE_WORDS


def whole_number[Default: (int, None)](name: str, default: Default, *, lowest: int, highest: int) -> int | Default:
    """A whole number between `lowest` and `highest`, or `default` when unset."""
    digits = text(name)
    if not digits:
        return default
    if not (digits.isascii() and digits.isdigit() and lowest <= int(digits[:12]) <= highest):
        refuse(name, f"must be a whole number from {lowest} to {highest}, not {digits[:40]!r}")
    return int(digits)


def choice(name: str, default: str, allowed: Collection[str]) -> str:
    """One of the `allowed` words, in capitals."""
    word = text(name, default).upper()
    if word not in allowed:
        refuse(name, f"must be one of {', '.join(allowed)}, not {word[:40]!r}")
    return word


def items(name: str) -> list[str]:
    """The comma-separated parts, without blanks and empty parts."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def host_patterns(name: str) -> list[str]:
    """Comma-separated host names, .example.org for all below it, [::1] or *; refuses what no request could match."""
    required_if_set(name)
    found = items(name)
    for part in found:
        if not is_host_pattern(part):
            refuse(name, f"must hold host names without scheme and port, not {part[:60]!r}")
    return found


def mailbox(name: str, default: str) -> str:
    """One mail address, with or without a name before it."""
    address = text(name, default)
    if not is_mailbox(address):
        refuse(name, "must be an address, such as Portal <portal@example.org>")
    return address


def networks(name: str) -> list[Network]:
    """Comma-separated IP addresses or networks such as 10.0.0.0/8."""
    found: list[Network] = []
    for part in items(name):
        try:
            found.append(ip_network(part))
        except ValueError:
            refuse(name, f"must hold IP addresses or networks, not {part[:60]!r}")
    return found


def split_url(name: str, value: str, schemes: Collection[str]) -> SplitResult:
    """Take a URL apart; refuses another scheme, a bad port and, without showing it, anything unreadable."""
    expected = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        refuse(name, f"is not a URL that can be read, expected {expected}")
    if parts.scheme not in schemes or port == 0:
        refuse(name, f"must begin with {expected}")
    if parts.fragment:
        refuse(name, "holds a #, which is written as %23 there")
    return parts
