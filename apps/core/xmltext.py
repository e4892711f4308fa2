"""What text may hold in an XML document, whoever typed it."""

import re

# Everything outside "Char" (XML 1.0, 2.2): one of these makes the whole document unreadable, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return ``text`` without the characters that XML 1.0 knows no way to write. Escaping is the writer's."""
    return _ILLEGAL.sub("", text)
