"""What a dead runner left is taken over."""

from __future__ import annotations

from batches import add_papers

import curation_kit as ck
from curation_kit.runner import Folders, recover


def test_files_of_documents_in_flight_are_deleted_and_no_others(
    workspace: ck.Workspace, flow: ck.Flow
) -> None:
    """Half and whole files of which the store does not know go; the rest stays."""
    job = workspace.run(flow, add_papers(workspace, "ok"), n_jobs=1)
    papers = add_papers(workspace, "ok", "ok")
    other = workspace.create(flow, papers)
    claim = workspace._store.claim()
    assert claim is not None
    [unclaimed] = {row["stem"] for row in workspace._store.documents(other.id)} - {
        claim.stem
    }
    folder = workspace.path / "results" / other.id
    folder.mkdir()
    for name in (
        f"{claim.stem}.csv",
        f"{claim.stem}~5.json",
        f".4711-{claim.stem}.csv",
        f"{unclaimed}.csv",  # written, but its claim was not committed
        f"{claim.stem} notes.txt",
        f"my {claim.stem}.csv",
    ):
        (folder / name).touch()

    assert recover(workspace._store, Folders.of(workspace.path)) == 1

    assert sorted(path.name for path in folder.iterdir()) == [
        f"{claim.stem} notes.txt",
        f"my {claim.stem}.csv",
    ]
    assert [path.exists() for path in job.result_files()] == [True]
    assert [row["status"] for row in other.document_rows()] == ["pending"] * 2
