"""The portal's icons: inline SVG from the ``lucide`` package, drawn in the stroke of the portal's look."""

from functools import lru_cache

from lucide.templatetags.lucide import lucide

DEFAULT_SIZE = 18


@lru_cache(maxsize=256)
def render_icon(name: str, size: int = DEFAULT_SIZE) -> str:
    """Return the icon as SVG markup, ``size`` pixels square and hidden from screen readers: words stand beside it.

    Names are those of lucide.dev. Raises ``lucide.IconDoesNotExist`` for an unknown one. Lists repeat the same few
    icons, so the markup is kept.
    """
    drawn: str = lucide(
        name,
        size=size,
        stroke_width="1.75",
        stroke_linecap="square",
        aria_hidden="true",
        focusable="false",
    )
    return drawn
