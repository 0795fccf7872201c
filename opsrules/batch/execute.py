"""Running one notebook with papermill, and what came of it."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from opsrules.batch.notebook import INJECTED, Notebook, tags
from opsrules.batch.outputs import without_secrets

__all__ = ["Executed", "execute"]

CELL_SECONDS = 1800
"""Longest time for one cell. A hang must end some day; no review we measured comes near."""

START_SECONDS = 180
"""Longest time for a kernel to start: a busy machine takes half a minute."""


@dataclass(frozen=True)
class Executed:
    """A notebook after its run.

    Attributes
    ----------
    document : dict or None
        The notebook with its outputs, secrets masked in them; None when it did not come to an end.
    stopped : str
        What stopped it before its end other than a failed cell: "" when nothing did.
    code_cells_begun : int
        As their author counts them.
    """

    document: dict[str, Any] | None
    stopped: str
    code_cells_begun: int


def execute(
    notebook: Notebook, parameters: Mapping[str, str], workspace: Path, scratch: Path, on_cell: Callable[[int], None]
) -> Executed:
    """Run `notebook` in a kernel of its own, working in `workspace`.

    papermill's status is not trusted: it leaves the cells of a dead kernel marked as completed. What counts is read
    from the notebook and from our own record afterwards.

    Parameters
    ----------
    notebook : Notebook
        Checked already.
    parameters : mapping of str to str
    workspace, scratch : Path
        Absolute; `scratch` takes what the kernel prints and the executed notebook.
    on_cell : callable
        Told the number of each code cell that begins, counted from 1.
    """
    begun = 0

    def cell_begins(cell: Any, cell_index: int) -> None:  # noqa: ARG001 - nbclient names them
        nonlocal begun
        if cell["cell_type"] == "code" and INJECTED not in tags(cell):  # nbclient tells of prose as well
            begun += 1
            on_cell(begun)

    output = scratch / "executed.ipynb"
    with _quiet(), (scratch / "kernel.log").open("wb") as log:
        stopped = _run(
            notebook.source,
            output,
            parameters=parameters,
            workspace=workspace,
            log=log,
            on_cell_start=cell_begins,
        )
    document = without_secrets(json.loads(output.read_bytes())) if output.exists() else None
    return Executed(document, stopped, begun)


def _run(
    source: str,
    output: Path,
    *,
    parameters: Mapping[str, str],
    workspace: Path,
    log: Any,
    on_cell_start: Callable[[Any, int], None],
) -> str:
    import nbformat  # noqa: PLC0415
    import papermill  # noqa: PLC0415
    from jupyter_client.kernelspec import NoSuchKernel  # noqa: PLC0415
    from nbclient.exceptions import CellTimeoutError, DeadKernelError  # noqa: PLC0415

    from opsrules.batch.kernel import logging_kernels  # noqa: PLC0415

    try:
        papermill.execute_notebook(
            nbformat.reads(source, as_version=4),  # type: ignore[no-untyped-call]
            _literally(output),
            parameters=dict(parameters),
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            request_save_on_cell_execute=False,
            cwd=str(workspace),
            start_timeout=START_SECONDS,
            execution_timeout=CELL_SECONDS,
            shutdown_kernel="immediate",
            on_cell_start=on_cell_start,
            kernel_manager_class=logging_kernels(log),
        )
    except papermill.PapermillExecutionError:
        return ""  # the failed cell stands in the notebook, which papermill has written
    except DeadKernelError:
        return "the kernel died"
    except CellTimeoutError:
        return f"a cell took longer than {CELL_SECONDS // 60} minutes"
    except NoSuchKernel:
        return "Jupyter knows no kernel called python3"
    except RuntimeError as error:  # what nbclient and jupyter_client raise when a kernel does not come up
        return f"the kernel did not start ({error})"
    return ""


def _literally(path: Path) -> str:
    """Return `path` for papermill, which would fill in braces as parameters (RELIABILITY B18)."""
    return str(path).replace("{", "{{").replace("}", "}}")


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the log lines and warnings of the Jupyter libraries off the user's terminal."""
    loggers = [logging.getLogger(name) for name in ("papermill", "traitlets", "nbclient")]
    before = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, before, strict=True):
                logger.setLevel(level)
