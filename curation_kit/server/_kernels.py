"""Kernels for pages: one is always ready, with what the dashboard imports."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError

__all__ = ["ReadyKernels"]

#: What takes the time when the notebook is run: everything that it imports.
IMPORTS = "import curation_kit.widgets._dashboard"

#: Seconds after which the next kernel is made ready: the page that got the one
#: before must not share the processor with it.
REFILL_AFTER = 5.0

#: Seconds that a kernel may take to be ready or to answer, on a busy machine.
PATIENCE = 60.0


class ReadyKernels(AsyncMappingKernelManager):
    """Starts kernels as always, but keeps one ready (about 100 MB of memory).

    Voilà's own pool renders the page before it is asked for, so that the notebook
    must then wait for the query of the address, over a socket without a token.
    Here a ready kernel is told the environment that it would have been started
    with, and is from then on a kernel like any other.
    """

    _ready: asyncio.Task[str] | None = None
    _ready_id: str | None = None
    _refill: asyncio.TimerHandle | None = None

    def make_ready(self) -> None:
        """Start a kernel for the page that comes next."""
        if self._ready is None:
            self._ready = asyncio.ensure_future(self._warm())

    async def _warm(self) -> str:
        # In the folder of the notebook, not in the one that the server started in:
        # a module lying there would be imported.
        kernel_id: str = await super().start_kernel(path=cast("Any", ""))
        self._ready_id = kernel_id
        try:
            await self._run(kernel_id, IMPORTS)
        except Exception:
            await self._give_up(kernel_id)
            raise
        return kernel_id

    async def _give_up(self, kernel_id: str) -> None:
        """End a kernel that cannot be used."""
        if kernel_id in self:
            await self._kill(kernel_id)

    async def _run(self, kernel_id: str, code: str) -> None:
        """Run code in a kernel and wait for its end."""
        client: Any = self.get_kernel(kernel_id).client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=PATIENCE)
            answer = await client.execute(
                code, silent=True, reply=True, timeout=PATIENCE
            )
        finally:
            client.stop_channels()
        content = answer["content"]
        if content["status"] != "ok":
            raise RuntimeError(f"{content.get('ename')}: {content.get('evalue')}")

    async def start_kernel(  # type: ignore[override]
        self,
        *,
        kernel_id: str | None = None,
        path: str | None = None,
        env: Mapping[str, str] | None = None,
        **options: Any,
    ) -> str:
        """Give the kernel that is ready, or start one."""
        ready, self._ready = self._ready, None
        found, self._ready_id = self._ready_id, None
        if self._refill is None:
            loop = asyncio.get_running_loop()
            self._refill = loop.call_later(REFILL_AFTER, self._refilled)
        if ready is not None and kernel_id is None:
            try:
                found = await ready
                await self._run(found, f"__import__('os').environ.update({_new(env)})")
            except Exception:  # the page need not know: it gets another one
                self.log.exception("The kernel that was kept ready could not be used.")
                if found is not None:
                    await self._give_up(found)
            else:
                return found
        if env is not None:
            options["env"] = dict(env)
        started: str = await super().start_kernel(
            kernel_id=kernel_id, path=cast("Any", path), **options
        )
        return started

    def _refilled(self) -> None:
        self._refill = None
        self.make_ready()

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """End a kernel without a page; the ready one waits for its page."""
        kernel = self._kernels.get(kernel_id)
        if kernel is None or not kernel.trait_has_value("last_activity"):
            return  # ended meanwhile, or still starting
        if kernel_id != self._ready_id:
            try:
                await super().cull_kernel_if_idle(kernel_id)  # type: ignore[no-untyped-call]
            except KeyError:
                if kernel_id in self:  # else its page ended it meanwhile
                    raise

    async def shutdown_all(self, *arguments: Any, **options: Any) -> None:  # type: ignore[override]
        """End all kernels, and make no more ready."""
        if self._refill is not None:
            self._refill.cancel()
        ready, self._ready = self._ready, None
        # One whose start is broken off would stay in the books, and be missed below.
        await asyncio.gather(*self._pending_kernels.values(), return_exceptions=True)
        if ready is not None:
            ready.cancel()
            await asyncio.gather(ready, return_exceptions=True)
        await asyncio.gather(*map(self._end, list(self._kernels)))
        await super().shutdown_all(*arguments, **options)

    async def _end(self, kernel_id: str) -> None:
        with suppress(HTTPError):  # its page ended it meanwhile
            if self._kernel_connections.get(kernel_id):
                await self.shutdown_kernel(kernel_id)  # type: ignore[no-untyped-call]
            else:
                await self._kill(kernel_id)

    async def _kill(self, kernel_id: str) -> None:
        """End a kernel at once.

        `shutdown_kernel` interrupts it first, however soon it shall end: one that is
        still starting would print where it was.
        """
        kernel: Any = self.get_kernel(kernel_id)
        if kernel.has_kernel:
            await kernel.signal_kernel(signal.SIGKILL)
        await self.shutdown_kernel(kernel_id, now=True)  # type: ignore[no-untyped-call]


def _new(env: Mapping[str, str] | None) -> dict[str, str]:
    """Give what an environment has beyond that of this process."""
    return {
        str(name): str(value)  # Voilà has an enumeration of names
        for name, value in (env or {}).items()
        if os.environ.get(name) != value
    }
