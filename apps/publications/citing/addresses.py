"""Where the identifiers of a publication lead: its DOI and its licence."""

from urllib.parse import quote

_LICENCE_URLS = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "CC-BY-NC-ND-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/",
}
# Unreserved and usual in a DOI; what is not here is percent-encoded (DOI Handbook 3.5.2).
_SAFE_IN_DOI = "/:;()._-~"


def doi_url(doi: str) -> str:
    """Return where a DOI leads; nothing for none."""
    return f"https://doi.org/{quote(doi, safe=_SAFE_IN_DOI)}" if doi else ""


def licence_url(licence: str) -> str:
    """Return where the text of a licence stands, nothing for one that has no text."""
    return _LICENCE_URLS.get(licence, "")
