"""What the protocol says no with (3.6). A fault is an answer like others, with status 200."""

from __future__ import annotations


class Fault(Exception):
    """One error of the protocol: its code, and a sentence for a person."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def hides_arguments(self) -> bool:
        """Whether the arguments made no sense, so that the answer must not repeat them (3.2)."""
        return self.code in {"badVerb", "badArgument"}
