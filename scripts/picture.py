"""Take the picture of the dashboard that the README shows.

Run ``python scripts/picture.py``. It runs the demo in a folder that is deleted again,
and needs Chromium and Playwright.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

PICTURE = Path(__file__).parents[1] / "notebooks" / "images" / "dashboard.png"
COMMAND = [sys.executable, "-c", "from curation_kit.cli import main; main()"]


def main() -> None:
    """Open the evidence of the first record, as a reader of papers would."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "HOME": home}
        subprocess.run(  # noqa: S603  # our own command
            [*COMMAND, "demo"], env=environment, check=True, stdout=subprocess.DEVNULL
        )
        with subprocess.Popen(  # noqa: S603  # our own command
            [*COMMAND, "dashboard", "--demo", "--no-browser"],
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        ) as server:
            try:
                line = next(line for line in server.stdout or () if "token=" in line)
                _take(line.split()[-1])
            finally:
                server.terminate()


def _take(address: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{address}&job=last")
        page.get_by_role("tab", name="Results").click()
        page.locator("tr.ck-has-more").first.click()
        page.locator(".ck-desk img").wait_for()
        page.mouse.move(0, 0)  # nothing is lit up by the pointer
        page.evaluate("Promise.all(document.getAnimations().map((a) => a.finished))")
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
