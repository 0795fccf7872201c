"""A drawing surface in page pixels, made with matplotlib and turned into inline SVG whose colours are the page's."""

from __future__ import annotations

import warnings
from importlib.resources import as_file, files
from io import BytesIO
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from opsrules.display.markup import clean
from opsrules.display.tokens import LIGHT
from opsrules.report.charts.svg import page_svg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Canvas", "drawings"]

WIDE = 760
NARROW = 344


class Canvas:
    """A drawing whose units are CSS pixels, counted from the top left corner.

    Attributes
    ----------
    width, height : float
    narrow : bool
        Whether it is the drawing for a phone.
    """

    def __init__(self, width: float, height: float, narrow: bool) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415 - heavy
        from matplotlib.figure import Figure  # noqa: PLC0415

        self.width, self.height, self.narrow = width, height, narrow
        self._figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(self._figure)
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.set_xlim(0, width)
        self._axes.set_ylim(height, 0)
        self._axes.axis("off")

    def say(self, x: float, y: float, text: str, *, hue: str = "ink", bold: bool = False, anchor: str = "left") -> None:
        """Write one line of text, centred on `y`; `anchor` is left, center or right."""
        self._axes.text(
            *(x, y, clean(text).replace("\n", " ")),
            color=LIGHT[hue],
            ha=anchor,
            va="center_baseline",
            fontsize=12,
            fontweight="bold" if bold else "normal",
            parse_math=False,
        )

    def line(self, x0: float, y0: float, x1: float, y1: float, *, hue: str = "edge", width: float = 1) -> None:
        """Draw a straight line."""
        level = 0 if hue == "grid" else 2  # bars lie between the grid and the other lines
        self._axes.plot([x0, x1], [y0, y1], color=LIGHT[hue], lw=width, clip_on=False, zorder=level)

    def bar(self, x0: float, x1: float, y: float, thickness: float, hue: str = "s1") -> None:
        """Draw a bar around `y`; one thinner than two pixels is drawn two pixels wide."""
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        left, right = sorted((x0, x1))
        if right - left < 2:
            middle = (left + right) / 2
            left, right = middle - 1, middle + 1
        corner = (left, y - thickness / 2)
        self._axes.add_patch(
            Rectangle(
                corner,
                right - left,
                thickness,
                color=LIGHT[hue],
                lw=0,
                clip_on=False,
                zorder=1 if hue != "band" else -1,
            )
        )

    def path(self, points: Sequence[tuple[float, float]], *, hue: str, width: float = 1) -> None:
        """Draw straight lines from point to point."""
        across, down = zip(*points, strict=True)
        self._axes.plot(across, down, color=LIGHT[hue], lw=width, clip_on=False, zorder=3, solid_joinstyle="round")

    def dots(self, points: Sequence[tuple[float, float]], hue: str = "s1") -> None:
        """Draw a small filled mark at each point, all as one."""
        from matplotlib.patches import PathPatch  # noqa: PLC0415
        from matplotlib.path import Path  # noqa: PLC0415

        corners = ((-2.5, 0), (0, -2.5), (2.5, 0), (0, 2.5), (0, 0))
        placed = [(x + right, y + below) for x, y in points for right, below in corners]
        codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY] * len(points)
        self._axes.add_patch(PathPatch(Path(placed, codes), color=LIGHT[hue], lw=0, clip_on=False, zorder=4))

    def diamond(self, x: float, y: float, hue: str = "s2") -> None:
        """Draw a hollow mark: a signal."""
        corners = ((0, -6), (6, 0), (0, 6), (-6, 0), (0, -6))
        self.path([(x + right, y + below) for right, below in corners], hue=hue, width=2)

    def svg(self, alt: str) -> Markup:
        """Return the drawing as inline SVG that carries its alternative text."""
        buffer = BytesIO()
        none: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        self._figure.savefig(buffer, format="svg", metadata=none)
        return page_svg(buffer.getvalue(), alt, "narrow" if self.narrow else "wide")


def drawings(alt: str, draw: Callable[[bool], Canvas]) -> Markup:
    """Draw the wide and the narrow picture of one chart; the page shows the one that fits.

    Parameters
    ----------
    alt : str
        Alternative text of both.
    draw : callable
        Takes whether it is the narrow one.
    """
    import matplotlib as mpl  # noqa: PLC0415 - heavy

    with as_file(files("opsrules.report").joinpath("opsrules.mplstyle")) as sheet, warnings.catch_warnings():
        # A sign that DejaVu Sans lacks is drawn by the reader's own font: the text stays text.
        warnings.filterwarnings("ignore", message=r".*Glyph .* missing from font")
        with mpl.rc_context(fname=str(sheet)):
            return Markup("").join(draw(narrow).svg(alt) for narrow in (False, True))
