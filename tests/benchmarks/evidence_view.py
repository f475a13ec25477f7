"""How soon the page behind a record is seen: from a click to its picture.

    python tests/benchmarks/evidence_view.py PAPERS [--ratio 1] [--rounds 3]

The built-in flow is run over the PDFs in the folder PAPERS into a workspace that
is deleted again. The dashboard server and the kernel of the page are processes of
their own, the page is open in Chromium (1280 × 900). Timed in the browser, from
the event to the frame after the picture has been decoded with its marks over it:
the first picture (cold: the process that draws is started by it), the next record
on the same page, the next one on another page that was drawn ahead (what is drawn
ahead gets a second), another page that was not, and a step of the zoom. The target
is at most 150 ms for what is warm.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1]
sys.path.insert(0, str(TESTS))

from conftest import ARGUMENTS, CHROMIUM  # noqa: E402
from dashboards import Dashboard  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402
from stage import doing, environment  # noqa: E402
from streams import free_port  # noqa: E402

import curation_kit as ck  # noqa: E402

#: Do something and wait for the picture that follows; gives milliseconds.
TIMED = """
async ([what, key, width]) => {
  const before = document.querySelector(".ck-desk img");
  const old = [before?.id, before?.src, before?.naturalWidth];
  const label = document.querySelector(".ck-evidence-panel")?.innerText;
  const begun = performance.now();
  if (what === "click") document.querySelectorAll("tr.ck-has-more")[key].click();
  else document.body.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
  for (;;) {
    await new Promise(requestAnimationFrame);
    const now = document.querySelector(".ck-desk img");
    const other = document.querySelector(".ck-evidence-panel")?.innerText !== label;
    const same = now?.id === old[0];
    const ready = now?.complete && now.naturalWidth > 0;
    const wide = what !== "zoom" || now?.naturalWidth > old[2];
    if (ready && other && wide) {
      await now.decode();
      await new Promise(requestAnimationFrame);
      return [performance.now() - begun, same];
    }
    if (performance.now() - begun > 30000) throw new Error("no picture");
  }
}
"""


def timed(page: Page, what: str, key: str | int) -> tuple[float, bool]:
    """Milliseconds until the picture is there, and whether it is the same page."""
    milliseconds, same = page.evaluate(TIMED, [what, key, 0])
    return float(milliseconds), bool(same)


def told(what: str, found: list[float]) -> None:
    """Print a line."""
    if not found:
        print(f"{what:<44} none")
        return
    print(
        f"{what:<44}{statistics.median(found):>8.0f} ms median"
        f"{max(found):>8.0f} ms most   n={len(found)}"
    )


def measure(arguments: argparse.Namespace, folder: Path) -> None:
    """Run the flow, open records, print."""
    print(environment())
    workspace = ck.Workspace(folder / "ws")
    doing("adding the papers")
    documents = workspace.documents.add(sorted(arguments.papers.glob("*.pdf")))
    flow = workspace.flows["Gene Expression Extraction"]
    doing("running the flow")
    job = workspace.run(flow, documents, "Measured")
    print(
        f"{len(documents)} papers, {job.total_records} records, device pixel ratio "
        f"{arguments.ratio}\n"
    )
    found: dict[str, list[float]] = {
        name: [] for name in ("cold", "same", "ahead", "not ahead", "zoom")
    }
    server = Dashboard(workspace.path, free_port())
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=CHROMIUM, args=ARGUMENTS
            )
            for number in range(1, arguments.rounds + 1):
                doing(f"round {number} of {arguments.rounds}")
                context = browser.new_context(
                    viewport={"width": 1280, "height": 900},
                    device_scale_factor=arguments.ratio,
                )
                page = context.new_page()
                page.goto(server.of(f"job={job.id}&tab=results"))
                page.locator("tr.ck-has-more").first.wait_for()
                page.wait_for_timeout(1_000)
                found["cold"].append(timed(page, "click", 0)[0])
                for _ in range(min(job.total_records, 25) - 1):
                    page.wait_for_timeout(1_000)  # what is drawn ahead
                    milliseconds, same = timed(page, "key", "j")
                    found["same" if same else "ahead"].append(milliseconds)
                page.wait_for_timeout(1_000)
                for _ in range(4):  # faster than pages are drawn ahead
                    if page.get_by_role("button", name="Next page").is_disabled():
                        break
                    found["not ahead"].append(timed(page, "key", "]")[0])
                page.wait_for_timeout(1_000)
                found["zoom"].append(timed(page, "zoom", "+")[0])
                context.close()
            browser.close()
    finally:
        server.stop()
        workspace.close()
    told("first picture, cold", found["cold"])
    told("next record, same page", found["same"])
    told("next record, another page, drawn ahead", found["ahead"])
    told("next pages one after another, at once", found["not ahead"])
    told("zoom, until it is crisp", found["zoom"])


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("papers", type=Path)
    parser.add_argument("--ratio", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=3)
    with tempfile.TemporaryDirectory() as name:
        measure(parser.parse_args(), Path(name))


if __name__ == "__main__":
    main()
