"""A password check beside Django's own: words anybody who attacks this portal would try first."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

CONTEXT_WORDS = ("article6", "cmmwg", "cmmportal", "carbonmarket", "parisagreement")


class ContextWordsValidator:
    """Refuses passwords built on the names of the group, its subject or its site (ASVS 5.0, 6.2.11)."""

    def validate(self, password: str, user: object | None = None) -> None:
        """Raise a ValidationError where the password holds such a word, however it is spelled and punctuated."""
        letters = squashed(password)
        if any(word in letters for word in (*CONTEXT_WORDS, *_host_words())):
            raise ValidationError(
                _("This password holds a name that belongs to this portal and is easily guessed."),
                code="password_context_word",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t hold the names of this portal, its group or its subject.")


def squashed(text: str) -> str:
    """The letters and digits only, without case: "Article-6!" is "article6"."""
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _host_words() -> set[str]:
    """The site's host name and its longer parts; "org" or "www" would forbid too much."""
    host = settings.SITE_HOST
    return {squashed(word) for word in (host, *host.split(".")) if len(word) > 5 and not word.isdigit()}
