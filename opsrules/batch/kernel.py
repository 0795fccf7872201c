"""The kernel of one account, with what it prints outside of cells kept off the terminal."""

from __future__ import annotations

from typing import IO, Any

from jupyter_client.manager import AsyncKernelManager

__all__ = ["logging_kernels"]


def logging_kernels(log: IO[bytes]) -> type[AsyncKernelManager]:
    """Return the manager class of kernels whose process output goes to `log`; cells' output goes to the notebook.

    A class and not a manager: nbclient ends only the kernels of managers it has made itself.
    """

    class LoggingKernelManager(AsyncKernelManager):
        async def start_kernel(self, **options: Any) -> None:  # type: ignore[override]
            await super().start_kernel(**(options | {"stdout": log, "stderr": log}))

    return LoggingKernelManager
