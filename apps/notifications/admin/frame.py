"""The policy of a mail's HTML part in its frame."""

from typing import Any

from django.utils.csp import CSP

# Its styles are inline as mail needs them, and nothing runs, loads or leads anywhere.
MAIL_POLICY: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": True,
}
