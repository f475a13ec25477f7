"""Kernels that the dashboard starts and ends."""

from __future__ import annotations

import asyncio
import signal

from curation_kit.server._kernels import ReadyKernels


def test_a_kernel_without_a_page_is_not_interrupted_before_it_is_killed() -> None:
    """One that is still starting would print where it was."""
    signals: list[int] = []

    async def start_and_end() -> None:
        kernels = ReadyKernels()
        kernel = kernels.get_kernel(await kernels.start_kernel())
        send = kernel.provisioner.send_signal

        async def sent(signum: int) -> None:
            signals.append(signum)
            await send(signum)

        kernel.provisioner.send_signal = sent
        await kernels.shutdown_all()
        assert not kernels.list_kernel_ids()

    asyncio.run(start_and_end())
    assert signals[0] == signal.SIGKILL
