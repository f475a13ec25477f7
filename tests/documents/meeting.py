"""Files that are looked at side by side: who looks at one waits for another."""

from __future__ import annotations

import time
from pathlib import Path

from curation_kit.documents.report import Preflight


def files_that_meet(folder: Path, count: int) -> list[Path]:
    """Make files that say where those who look at them meet."""
    place = folder / "meet"
    place.mkdir()
    paths = [folder / f"{number}.pdf" for number in range(count)]
    for path in paths:
        path.write_text(f"%PDF-1.4\n{place}\n{path.name}")
    return paths


def meet(path: Path) -> Preflight:
    """Wait until another one looks, too."""
    _, place, name = path.read_text().splitlines()
    (Path(place) / name).touch()
    for _ in range(6000):
        if len(list(Path(place).iterdir())) > 1:
            return Preflight(size=1, title=name)
        time.sleep(0.01)
    raise TimeoutError
