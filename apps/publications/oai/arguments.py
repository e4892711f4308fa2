"""The arguments of a request: which a verb takes, and which it can not do without (4)."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from apps.publications.oai.faults import Fault

_LIST = frozenset({"metadataPrefix", "from", "until", "set"})
# Verb: (required, all that is allowed, whether a resumptionToken may stand in the place of all).
_VERBS: dict[str, tuple[frozenset[str], frozenset[str], bool]] = {
    "Identify": (frozenset(), frozenset(), False),
    "ListMetadataFormats": (frozenset(), frozenset({"identifier"}), False),
    "ListSets": (frozenset(), frozenset(), True),
    "GetRecord": (frozenset({"identifier", "metadataPrefix"}), frozenset({"identifier", "metadataPrefix"}), False),
    "ListIdentifiers": (frozenset({"metadataPrefix"}), _LIST, True),
    "ListRecords": (frozenset({"metadataPrefix"}), _LIST, True),
}
FORMAT = "oai_dc"


@dataclass(frozen=True, slots=True)
class Arguments:
    """A request that makes sense by itself."""

    verb: str
    given: dict[str, str]

    def __getitem__(self, name: str) -> str:
        """The argument, "" where it was not given."""
        return self.given.get(name, "")


def read_arguments(query: QueryDict) -> Arguments:
    """Return the arguments, or raise the fault the protocol names for them."""
    verbs = query.getlist("verb")
    if len(verbs) != 1 or verbs[0] not in _VERBS:
        raise Fault("badVerb", f"Give one verb: {', '.join(_VERBS)}.")
    given = {name: query.getlist(name) for name in query if name != "verb"}
    repeated = sorted(name for name, values in given.items() if len(values) > 1)
    if repeated:
        raise Fault("badArgument", f"Given more than once: {', '.join(repeated)}.")
    arguments = Arguments(verbs[0], {name: values[0] for name, values in given.items()})
    _check(arguments)
    return arguments


def _check(arguments: Arguments) -> None:
    required, allowed, resumes = _VERBS[arguments.verb]
    names = frozenset(arguments.given)
    if resumes and "resumptionToken" in names:
        required, allowed = frozenset(), frozenset({"resumptionToken"})
    if strange := names - allowed:
        raise Fault("badArgument", f"{arguments.verb} does not take, or not beside the others: {_listed(strange)}.")
    if missing := required - names:
        raise Fault("badArgument", f"{arguments.verb} needs: {_listed(missing)}.")
    if "metadataPrefix" in names and not arguments["metadataPrefix"]:
        raise Fault("badArgument", "The argument metadataPrefix is empty.")


def check_format(arguments: Arguments) -> None:
    """Raise the fault for a format we do not have: the arguments make sense, so the answer repeats them."""
    if arguments["metadataPrefix"] not in {"", FORMAT}:
        raise Fault("cannotDisseminateFormat", f"Records come as {FORMAT} only.")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(name[:40] for name in names))
