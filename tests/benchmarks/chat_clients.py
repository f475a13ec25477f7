"""Clients of a chat service that are not ours, each a small program of its own.

    python tests/benchmarks/chat_clients.py NAME URL CALLS IN_FLIGHT

`model_peers.py` starts them, some by the Python of another environment, so nothing
of curation_kit is imported here. A client asks as often as told, in a process that
is warm: one question was answered before the clock starts. A line of JSON says
what it took. Where a request fails it is sent again, at most five times: after as
long as the service asks for, else after a random time that doubles.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

#: The gene that the service always tells.
GENE = "lin-3"

MOST_TRIES = 5

#: Does all calls and gives how many were answered.
Client = Callable[[str, int, int], int]


def question(number: int) -> dict[str, Any]:
    """Give the body of a request, as long as that of our fake agent."""
    schema = {
        "type": "object",
        "properties": {"gene": {"type": "string"}},
        "required": ["gene"],
        "additionalProperties": False,
    }
    form = {"name": "Told", "schema": schema, "strict": True}
    return {
        "model": "fake",
        "messages": [
            {"role": "system", "content": "Which gene?"},
            {"role": "user", "content": f"paper {number:08}"},
        ],
        "max_tokens": 100,
        "temperature": 0.0,
        "response_format": {"type": "json_schema", "json_schema": form},
    }


def is_answer(body: Any) -> bool:
    """Whether a completion tells the gene."""
    told = json.loads(body["choices"][0]["message"]["content"])
    return bool(told == {"gene": GENE})


def pause(response: Any, tries: int) -> float:
    """Seconds until a request that failed is sent again."""
    asked = response.headers.get("retry-after")
    return float(asked) if asked else random.uniform(0, 2.0**tries)  # noqa: S311


def joblib_httpx(url: str, calls: int, in_flight: int) -> int:
    """Ask in joblib's threads, with one httpx client for all."""
    import httpx

    limits = httpx.Limits(
        max_connections=in_flight, max_keepalive_connections=in_flight
    )
    with httpx.Client(timeout=60, limits=limits, trust_env=False) as client:
        return _in_threads(lambda: client, url, calls, in_flight)


def joblib_httpx_each(url: str, calls: int, in_flight: int) -> int:
    """Ask in joblib's threads, each with an httpx client of its own."""
    import httpx

    own, certificates = threading.local(), httpx.create_ssl_context()

    def client() -> Any:
        if not hasattr(own, "client"):
            own.client = httpx.Client(timeout=60, verify=certificates, trust_env=False)
        return own.client

    return _in_threads(client, url, calls, in_flight)


def _in_threads(client: Callable[[], Any], url: str, calls: int, in_flight: int) -> int:
    from joblib import Parallel, delayed

    def ask(number: int) -> bool:
        for tries in range(MOST_TRIES):
            response = client().post(f"{url}/chat/completions", json=question(number))
            if response.is_success:
                return is_answer(response.json())
            time.sleep(pause(response, tries))
        return False

    return sum(
        Parallel(n_jobs=in_flight, backend="threading")(
            delayed(ask)(number) for number in range(calls)
        )
    )


def asyncio_httpx(url: str, calls: int, in_flight: int) -> int:
    """Ask in asyncio's tasks behind a semaphore, with one httpx client for all."""
    import httpx

    async def all_of_them() -> int:
        room = asyncio.Semaphore(in_flight)
        limits = httpx.Limits(
            max_connections=in_flight, max_keepalive_connections=in_flight
        )
        async with httpx.AsyncClient(
            timeout=60, limits=limits, trust_env=False
        ) as client:

            async def ask(number: int) -> bool:
                async with room:
                    for tries in range(MOST_TRIES):
                        response = await client.post(
                            f"{url}/chat/completions", json=question(number)
                        )
                        if response.status_code == httpx.codes.OK:
                            return is_answer(response.json())
                        await asyncio.sleep(pause(response, tries))
                return False

            return sum(await asyncio.gather(*map(ask, range(calls))))

    return asyncio.run(all_of_them())


def docetl(url: str, calls: int, in_flight: int) -> int:
    """Map over as many documents with DocETL, in its mode for JSON schemas."""
    os.environ |= {
        "OPENAI_API_BASE": url,
        "OPENAI_API_KEY": "none",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else it is fetched
    }
    import litellm

    # It counts tokens by a table that is fetched, unless it is found here.
    tables = Path(litellm.__file__).parent / "litellm_core_utils" / "tokenizers"
    os.environ["TIKTOKEN_CACHE_DIR"] = str(tables)
    from docetl.runner import DSLRunner

    source, target = Path(f"in-{calls}.json"), Path(f"out-{calls}.json")
    papers = [{"text": f"paper {number:08}"} for number in range(calls)]
    source.write_text(json.dumps(papers))
    config = {
        "default_model": "openai/fake",
        "bypass_cache": True,
        "datasets": {"papers": {"type": "file", "path": str(source)}},
        "operations": [
            {
                "name": "gene",
                "type": "map",
                "prompt": "Which gene? {{ input.text }}",
                "output": {"schema": {"gene": "string"}, "mode": "structured_output"},
                "max_batch_size": in_flight,
                "litellm_completion_kwargs": {"max_tokens": 100},
            }
        ],
        "pipeline": {
            "steps": [{"name": "all", "input": "papers", "operations": ["gene"]}],
            "output": {"type": "file", "path": str(target)},
        },
    }
    DSLRunner(config, max_threads=in_flight).load_run_save()
    return sum(row["gene"] == GENE for row in json.loads(target.read_text()))


def langextract(url: str, calls: int, in_flight: int) -> int:
    """Extract from as many documents with LangExtract."""
    import langextract as lx
    from langextract.providers.openai import OpenAILanguageModel

    model = OpenAILanguageModel(
        model_id="fake", api_key="none", base_url=url, max_workers=in_flight
    )
    example = lx.data.ExampleData(
        text="lin-3 is expressed.",
        extractions=[lx.data.Extraction("gene", "lin-3")],
    )
    found = lx.extract(
        [lx.data.Document(f"paper {number:08} lin-3") for number in range(calls)],
        prompt_description="Which gene?",
        examples=[example],
        model=model,
        fence_output=False,
        use_schema_constraints=False,
        max_workers=in_flight,
        batch_length=in_flight,
        show_progress=False,
        resolver_params={"suppress_parse_errors": False},
    )
    return sum(
        any(one.extraction_text == GENE for one in document.extractions)
        for document in found
    )


#: What can be started, by the name of its package where it is not httpx.
CLIENTS: dict[str, Client] = {
    "joblib_httpx": joblib_httpx,
    "joblib_httpx_each": joblib_httpx_each,
    "asyncio_httpx": asyncio_httpx,
    "docetl": docetl,
    "langextract": langextract,
}


def main() -> None:
    """Ask, and tell what it took."""
    name, url, calls, in_flight = sys.argv[1:]
    client = CLIENTS[name]
    client(url, 1, 1)
    cpu, began = time.process_time(), time.perf_counter()
    answered = client(url, int(calls), int(in_flight))
    took = time.perf_counter() - began
    told = {
        "seconds": took,
        "cpu": time.process_time() - cpu,
        "answered": answered,
    }
    print(f"\n{json.dumps(told)}", flush=True)


if __name__ == "__main__":
    main()
