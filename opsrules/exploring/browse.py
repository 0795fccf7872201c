"""The controls themselves: ipywidgets, which the extra ``lab`` brings; nothing is loaded from a network."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Any

from opsrules.display.markup import element
from opsrules.errors import OpsrulesError
from opsrules.exploring.choices import (
    Choices,
    compared,
    dimensions_for,
    explanation_of,
    level_words,
    slices_of,
)
from opsrules.exploring.conclude import conclude
from opsrules.report import Fragment, explained
from opsrules.report.style import lab_style
from opsrules.rootcause import MEASURES, Explanation, Exploration

__all__ = ["Browser", "browse"]

_WITHOUT = "The controls need ipywidgets, which is not installed: pip install 'opsrules[lab]'. The tables above stand."


def browse(found: Exploration, workspace: str | Path = ".", run_folder: str = "") -> Browser | Fragment | None:
    """Return the controls, to be shown by JupyterLab.

    Parameters
    ----------
    found : Exploration
    workspace : str or Path
        Whose register a conclusion is saved to.
    run_folder : str
        As the runner names it: in a batch run there is nobody to look, and nothing is shown or saved.

    Returns
    -------
    Browser, Fragment or None
        A sentence where ipywidgets is not installed; nothing in a batch run.
    """
    if run_folder:
        return None
    try:
        import ipywidgets  # noqa: PLC0415 - an extra
    except ImportError:
        return Fragment("look", element("p", _WITHOUT, class_="line"))
    return Browser(found, workspace, ipywidgets)


class Browser:
    """Measure, periods and dimensions to choose; slices to drill into and to compare; a conclusion to keep.

    Attributes
    ----------
    found : Exploration
    choices : Choices
        What is set.
    explanation : Explanation or None
        What is shown; None where the choice has none, and `status` says why.
    """

    def __init__(self, found: Exploration, workspace: str | Path, kit: Any) -> None:
        self.found, self.choices = found, Choices.first(found)
        self.explanation: Explanation | None = None
        self._workspace = workspace
        names = [(one.words, one.id) for one in MEASURES.values()]
        self.metric = kit.Dropdown(description="Measure", options=names, value=self.choices.metric)
        self.period = kit.Text(description="Period", value=self.choices.period)
        self.against = kit.Text(description="Against", value=self.choices.against)
        self.dimensions = kit.SelectMultiple(description="Dimensions", rows=5)
        self.anyway = kit.Checkbox(description="Slices without a signal too", value=False)
        self.show = kit.Button(description="Show", button_style="primary")
        self.slices = kit.Dropdown(description="Slice", options=[])
        self.drill = kit.Button(description="Drill down")
        self.back = kit.Button(description="Back", disabled=True)
        self.dimension = kit.Dropdown(description="Compare by", options=[])
        self.one = kit.Dropdown(description="One", options=[])
        self.other = kit.Dropdown(description="Other", options=[])
        self.compare = kit.Button(description="Compare")
        self.finding = kit.Text(description="Finding", placeholder="first signs of its id; empty: a decision")
        self.text = kit.Textarea(description="Conclusion", placeholder="What you concluded")
        self.save = kit.Button(description="Save")
        self.status, self.view, self.pair = kit.HTML(), kit.HTML(), kit.HTML()
        self._box = kit.VBox(
            [
                kit.HBox([self.metric, self.period, self.against]),
                kit.HBox([self.dimensions, kit.VBox([self.anyway, self.show])]),
                self.status,
                self.view,
                kit.HBox([self.slices, self.drill, self.back]),
                kit.HBox([self.dimension, self.one, self.other, self.compare]),
                self.pair,
                kit.HBox([self.finding, self.text, self.save]),
            ]
        )
        self._offer()
        self.metric.observe(lambda _: self._offer(), names="value")
        self.dimension.observe(lambda _: self._offer_levels(), names="value")
        for button, act in (
            (self.show, self._show),
            (self.drill, self._drill),
            (self.back, self._back),
            (self.compare, self._compare),
            (self.save, self._save),
        ):
            button.on_click(lambda _, act=act: self._try(act))
        self._try(self._show)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> Any:
        return self._box._repr_mimebundle_(include=include, exclude=exclude)

    def _try(self, act: Any) -> None:
        """Do what was asked; what stands in its way is said, never a traceback."""
        self.status.value = ""
        try:
            act()
        except OpsrulesError as error:
            self._say(str(error))

    def _say(self, text: str) -> None:
        self.status.value = f"<p role='status'>{escape(text)}</p>"

    def _offer(self) -> None:
        names = dimensions_for(self.found, self.metric.value)
        self.dimensions.options = names
        self.dimensions.value = ()
        _fill(self.dimension, [(name, name) for name in names])
        self._offer_levels()

    def _offer_levels(self) -> None:
        name = self.dimension.value
        levels = level_words(self.found.facts(self.metric.value), name) if name else []
        # A drop-down takes None for nothing chosen, so that the list holds places instead.
        places = [(words, place) for place, (words, _) in enumerate(levels)]
        self._levels = [value for _, value in levels]
        _fill(self.one, places)
        _fill(self.other, places[1:] + places[:1])

    def _show(self) -> None:
        self.choices = self._chosen(within=())
        self._draw()

    def _chosen(self, within: tuple[tuple[str, object], ...]) -> Choices:
        return Choices(
            self.metric.value,
            self.period.value.strip(),
            self.against.value.strip(),
            tuple(self.dimensions.value),
            within,
            self.anyway.value,
        )

    def _draw(self) -> None:
        self.explanation = None
        self.view.value = ""
        _fill(self.slices, [])
        self.back.disabled = not self.choices.within
        self.explanation = explanation_of(self.found, self.choices)
        self.view.value = _html(explained(self.explanation))
        found = slices_of(self.explanation)
        self._slices = [where for _, where in found]
        _fill(self.slices, [(words, place) for place, (words, _) in enumerate(found)])
        if self.choices.within:
            inside = ", ".join(f"{name} = {value or 'missing'}" for name, value in self.choices.within)
            self._say(f"Inside {inside}")

    def _drill(self) -> None:
        if self.slices.value is None:
            self._say("There is no slice to drill into; tick the box to look for slices without a signal too.")
            return
        more = tuple(self._slices[self.slices.value].items())
        self.choices = self._chosen(within=(*self.choices.within, *more))
        self._draw()

    def _back(self) -> None:
        self.choices = self._chosen(within=())
        self._draw()

    def _compare(self) -> None:
        if self.one.value is None or self.other.value is None:
            self._say("Choose a dimension with two values to compare.")
            return
        pair = [{self.dimension.value: self._levels[place]} for place in (self.one.value, self.other.value)]
        choices = self._chosen(within=tuple(one for one in self.choices.within if one[0] != self.dimension.value))
        self.pair.value = _html(compared(self.found, choices, *pair))

    def _save(self) -> None:
        told = conclude(
            self._workspace,
            self.found.review.account,
            self.text.value,
            finding=self.finding.value,
            explanation=self.explanation,
        )
        self._say(f"Saved: {told}")


def _fill(chosen: Any, options: list[tuple[str, Any]]) -> None:
    """Offer other options and choose the first: a drop-down that was empty chooses none by itself."""
    chosen.options = options
    chosen.value = options[0][1] if options else None


def _html(part: Fragment) -> str:
    return f'<style>{lab_style()}</style><div class="opsrules">{part.html}</div>'
