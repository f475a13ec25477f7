"""The fake agents as plug-ins of another package."""

from __future__ import annotations

from pathlib import Path

_AGENTS = {
    "fake_input": "fakes:FakeInput",
    "fake_extractor": "fakes:FakeExtractor",
    "fake_validator": "fakes:FakeValidator",
    "model_extractor": "model_agent:ModelExtractor",
    "asking_extractor": "asking_agent:AskingExtractor",
    "broken": "broken_agent:Broken",
}


def install_fakes(folder: Path) -> None:
    """Write the package; who has the folder and this one on its path finds it."""
    info = folder / "fake_agents-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: fake-agents\nVersion: 1.0\n"
    )
    entries = "".join(f"{name} = {where}\n" for name, where in _AGENTS.items())
    (info / "entry_points.txt").write_text(f"[curation_kit.agents]\n{entries}")
    (folder / "broken_agent.py").write_text('raise ImportError("no left foot")\n')
