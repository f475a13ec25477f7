from __future__ import annotations

from complaints import age, complaints

from curation_kit.doctor import clean, examine


def test_lost_and_changed_papers_are_named(done) -> None:
    """A change of the same size is seen when looked at thoroughly."""
    workspace, _ = done
    first, second, third = workspace.documents.list()
    first.path.unlink()
    level, said = complaints(workspace.path)["documents"]
    assert level == "problem"
    assert first.name in said
    assert "Add the same PDFs again" in said

    workspace.documents.remove(first.id, force=True)
    clean(workspace.path)  # the text kept of it
    second.path.write_bytes(second.path.read_bytes()[::-1])
    assert complaints(workspace.path) == {}
    assert second.name in complaints(workspace.path, thorough=True)["documents"][1]
    third.path.write_bytes(b"something else")
    assert third.name in complaints(workspace.path)["documents"][1]


def test_a_pdf_that_is_not_in_the_list_is_told_and_kept(done) -> None:
    """It may be the only copy. One just being added is nobody's business."""
    workspace, _ = done
    stranger = workspace.documents.folder / f"{'0' * 64}.pdf"
    stranger.write_bytes(b"%PDF")
    assert complaints(workspace.path) == {}
    age(stranger)
    assert complaints(workspace.path)["documents"][0] == "warning"
    assert clean(workspace.path) == []


def test_lost_changed_and_unknown_result_files_are_named(done) -> None:
    """Records are safe in the database, and the advice says so."""
    workspace, job = done
    first, second = job.result_files()
    second.write_bytes(second.read_bytes()[::-1])
    assert complaints(workspace.path) == {}
    assert second.name in complaints(workspace.path, thorough=True)["results"][1]
    second.write_text("edited")
    level, said = complaints(workspace.path)["results"]
    assert level == "problem"
    assert second.name in said
    assert "curation-kit results" in said
    first.rename(first.with_name("mine.csv"))
    found = [item for item in examine(workspace.path) if item.subject == "results"]
    assert [item.level.value for item in found] == ["problem", "problem", "warning"]
    assert first.name in found[0].message
    assert "mine.csv" in found[2].message
