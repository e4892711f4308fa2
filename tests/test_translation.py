"""Every string that people read can be translated: none stands bare in a template, a refusal, a fault or a message."""

import ast
import re

import pytest
from django.conf import settings

TEMPLATES = [path for path in (settings.BASE_DIR / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
# Drawn samples of the parts of pages, for those who write them.
NOT_READ = "styleguide"
# Names, and words of the markup itself.
NAMES = {"CMM", "WG", "ICS", "BibTeX", "RIS", "CSL", "JSON", "XLSX", "DOCX", "CSV", "DOI", "ORCID"}
NAMES |= {"Perspectives", "Climate", "Research", "gGmbH", "Axel", "Michaelowa", "Juliana", "Keßler", "Hanna"}
NAMES |= {"Mari", "Ahonen"}
MARKUP = {"colM", "step"}  # classes of the admin's pages

_WRAPPED = re.compile(
    r"\{% comment.*?\{% endcomment %\}|\{% blocktranslate.*?\{% endblocktranslate %\}|\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}",
    re.DOTALL,
)
_CODE = re.compile(r"<(style|script|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_SAID = re.compile(r'\b(?:aria-label|title|placeholder|alt|data-copied)="([^"]*)"')
_WORD = re.compile(r"[^\W\d_]{2,}")

SAYING = {"Refused", "ValidationError", "CellFault", "add_error", "success", "error", "warning", "info"}


def bare_words(source):
    text = _WRAPPED.sub(" ", source)
    shown = re.sub(r"<[^>]*>|&\w+;", " ", _CODE.sub(" ", text))
    return set(_WORD.findall(" ".join([shown, *_SAID.findall(text)]))) - NAMES - MARKUP


def bare_sayings(source):
    """Return what stands, as it is written, in a call that says something to people."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in SAYING):
            continue
        if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "logger":
            continue
        found += [ast.unparse(said) for said in node.args if _is_sentence(said)]
    return found


def _is_sentence(node):
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.Constant) and _WORD.search(part.value) for part in node.values)
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value


def test_no_word_stands_bare_in_a_template():
    found = {str(path): bare_words(path.read_text()) for path in TEMPLATES if NOT_READ not in str(path)}

    assert {path: words for path, words in found.items() if words} == {}


def test_no_refusal_fault_or_message_is_said_in_english_only():
    modules = [path for path in (settings.BASE_DIR / "apps").rglob("*.py") if "migrations" not in path.parts]

    found = {str(path): bare_sayings(path.read_text()) for path in modules if NOT_READ not in path.name}

    assert {path: said for path, said in found.items() if said} == {}


@pytest.mark.parametrize(
    "source",
    ["<p>Bare</p>", '<a aria-label="Bare">{{ x }}</a>', "{% if x %}Bare{% endif %}", "{% translate 'x' %} Bare\n"],
)
def test_bare_word_is_found(source):
    assert bare_words(source) == {"Bare"}
    assert bare_words("{% translate 'Said' %}{% blocktranslate %}Said{% endblocktranslate %}{# said #}") == set()


def test_bare_saying_is_found():
    assert bare_sayings("raise Refused('Not now.')") == ["'Not now.'"]
    assert bare_sayings("messages.error(request, f'{x} failed')") == ["f'{x} failed'"]
    assert bare_sayings("raise Refused(_('Not now.')); logger.error('Not now.')") == []
