"""Papers that kill, hang or eat their process: each fails alone, with its reason."""

from __future__ import annotations

import os
import re
import resource
import signal
import sys
import threading
import zlib
from pathlib import Path

import pytest
from batches import add_papers, children, fake_flow, runners, until

import curation_kit as ck

#: What each killer's failure says: category, attempts, part of message, of hint.
POISON = {
    "exit": ("crashed", 1, "exit status 3", "print it to a new PDF"),
    "segfault": ("crashed", 1, "SIGSEGV", "print it to a new PDF"),
    "overflow": ("crashed", 1, "SIGSEGV", "print it to a new PDF"),
    "hang": ("timeout", 1, "2 s", "higher time limit"),
    "spin": ("timeout", 1, "2 s", "higher time limit"),
    "match": ("timeout", 1, "2 s", "higher time limit"),
    "fill": ("resource", 1, "more memory", "higher memory limit"),
    "zero": ("resource", 1, "more memory", "higher memory limit"),
    "kill": ("crashed", 3, "SIGKILL", "ran out of memory"),
    "fail": ("input", 1, "blank", "Scan it again"),
    "raise": ("internal", 1, "ZeroDivisionError", "a fault in the agent"),
}

only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux refuses memory beforehand"
)


def told(job: ck.Job) -> dict[str, dict]:
    """Rows of the documents by the command that the paper gave."""
    return {row["document"].split("-")[1][:-4]: row for row in job.document_rows()}


def poisoned(workspace: ck.Workspace, killers: list[str]) -> tuple[ck.Job, ck.Job]:
    """Make a job of killers among good papers, and one of those that never end.

    They run side by side; the time limit of the second one holds up no good
    paper, however busy the machine is.
    """
    quick = [name for name in killers if POISON[name][0] != "timeout"]
    papers = add_papers(workspace, *[c for name in quick for c in ("ok", name)])
    slow = add_papers(workspace, *[name for name in killers if name not in quick])
    flow = fake_flow("csv")
    return (
        workspace.create(flow, papers, n_jobs=4),
        workspace.create(flow, slow, n_jobs=4, time_limit=2),
    )


def check(job: ck.Job) -> None:
    """Exactly the bad papers have failed, each for its own reason."""
    for row in job.document_rows():
        command = row["document"].split("-")[1][:-4]
        if command == "ok":
            assert (row["status"], row["attempts"]) == ("completed", 1)
            continue
        category, attempts, message, hint = POISON[command]
        assert (row["status"], row["category"]) == ("failed", category), row
        assert row["attempts"] == attempts, row
        assert message in row["error"], row
        assert hint in row["hint"], row
    lost = [row for row in job.attempt_rows() if row["outcome"] == "lost"]
    assert {row["document"].split("-")[1] for row in lost} <= {"kill.pdf"}


@only_linux
def test_each_poisoned_paper_fails_alone(workspace: ck.Workspace, fakes: None) -> None:
    """Among good ones, four at a time; the memory asked for is never taken."""
    del fakes
    job, endless = poisoned(workspace, [name for name in POISON if name != "match"])
    before = children(os.getpid())

    job.run()
    endless.run()

    check(job)
    check(endless)
    assert (job.status, endless.status) == ("completed", "failed")
    assert told(job)["segfault"]["step"] == "fake_extractor"
    assert set(children(os.getpid())) <= set(before)
    # The largest of all processes that these tests have ended so far, in KiB.
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 10**6


@only_linux
@pytest.mark.usefixtures("plugins")
def test_the_detached_runner_survives_all_poison(workspace: ck.Workspace) -> None:
    """One runner does it all, and keeps nothing of it."""
    job, endless = poisoned(workspace, ["exit", "segfault", "match", "fill", "kill"])
    workspace._runner.start()
    until(lambda: runners(workspace))
    [runner] = runners(workspace)

    check(job.wait(timeout=120))
    check(endless.wait(timeout=120))
    until(lambda: len(children(runner)) <= 4)
    assert runners(workspace) == [runner]


def test_a_paper_whose_worker_is_killed_runs_again_alone(
    workspace: ck.Workspace, fakes: None, tmp_path: Path
) -> None:
    """By a person or for want of memory: nothing else runs beside it then."""
    del fakes
    gate = tmp_path / "gate"
    papers = add_papers(workspace, f"wait {gate}", *["ok"] * 8)
    job = workspace.create(fake_flow("csv"), papers, n_jobs=2)
    thread = threading.Thread(target=job.run)
    thread.start()
    told_by = Path(f"{gate}.started")
    until(lambda: told_by.exists() and told_by.read_text())

    os.kill(int(told_by.read_text()), signal.SIGKILL)
    gate.touch()
    thread.join(60)

    assert [(row["status"], row["attempts"]) for row in job.document_rows()] == [
        ("completed", 2),
        *[("completed", 1)] * 8,
    ]
    first, second = [
        row for row in job.attempt_rows() if row["document"].startswith("000")
    ]
    assert (first["outcome"], first["charged"]) == ("lost", True)
    assert "SIGKILL" in first["error"]
    assert (second["outcome"], second["reused"]) == ("completed", "fake_input")
    events = list(job.events())
    again = [
        number
        for number, event in enumerate(events)
        if event.type == "document_started" and event.document_id == papers[0].id
    ][1]
    in_flight = set()
    for event in events[:again]:
        if event.type == "document_started":
            in_flight.add(event.document_id)
        elif event.type in {"document_completed", "document_requeued"}:
            in_flight.discard(event.document_id)
    assert in_flight == set()
    alone = [event.document_id for event in events[again:] if event.document_id]
    end = [event.type for event in events[again:]].index("document_completed")
    assert set(alone[:end]) == {papers[0].id}


def reading(*extractors: str) -> ck.Flow:
    """Give a flow that reads real PDFs."""
    agents = ("pdf", *extractors, "csv")
    return ck.Flow(name="Reading", steps=[ck.Step(agent=agent) for agent in agents])


#: Hostile or broken PDFs that cannot be read, and a part of what is said of each.
UNREADABLE = {
    "aes256_r6": "password",
    "cyclic_toc": "damaged",
    "enc_r6-user-password": "password",
    "gen_blank_pages": "no text layer",
    "gen_html_renamed": "not a PDF",
    "gen_only_header": "damaged",
    "gen_page_tree_loop": "damaged",
    "gen_random": "not a PDF",
    "gen_scan_of_micropub": "no text layer",
    "gen_truncated_1k": "damaged",
    "gen_zero_bytes": "empty",
    "gen_zero_pages": "no pages",
    "scan_rotated_180": "no text layer",
}

#: Odd ones that can.
READABLE = [
    "arabic_rotated",
    "cmap_cjk",
    "content_stream_errors",
    "corrupted_zen",
    "enc_r6-owner-password",
    "gen_bitflips_600",
    "gen_garbage_prefix",
    "gen_huge_page",
    "gen_js_and_attachment",
    "gen_rotated_pages",
    "gen_trailing_garbage",
    "image_heavy",
    "invalid_outline_dest",
    "scan_with_ocr_layer",
]


def test_hostile_pdfs_fail_alone(workspace: ck.Workspace, shared_data: Path) -> None:
    """Among good ones; what is wrong and what to do is said of each."""
    names = [name for pair in zip(UNREADABLE, READABLE, strict=False) for name in pair]
    names += READABLE[len(UNREADABLE) :]
    papers = workspace.documents.add(
        [shared_data / "nasty" / f"{name}.pdf" for name in names]
    )

    job = workspace.run(reading("gene_expression"), papers, n_jobs=4)

    assert len(job.document_rows()) == len(names)
    for row in job.document_rows():
        name = row["document"].removesuffix(".pdf")
        assert row["attempts"] == 1
        if name in UNREADABLE:
            assert (row["status"], row["category"]) == ("failed", "input"), row
            assert UNREADABLE[name] in row["error"]
            assert row["hint"]
        else:
            assert row["status"] == "completed", row


def greedy_pdf() -> bytes:
    """Make a PDF of 26 KB whose table of objects takes 0.7 GB in memory."""
    import pymupdf

    document = pymupdf.open()
    document.new_page().insert_text((72, 72), "lin-3 is expressed in the anchor cell.")
    plain = document.tobytes()
    [root] = re.findall(rb"/Root (\d+ 0 R)", plain)
    previous = int(plain.rsplit(b"startxref", 1)[1].split()[0])
    first, end = 100, 8388600  # the most that MuPDF allows
    table = zlib.compress(bytes(3 * (end - first)), 9)
    return plain + b"".join(
        (
            b"\n50 0 obj\n<</Type/XRef/Size %d/Root %s/Prev %d" % (end, root, previous),
            b"/Index[%d %d]/W[1 1 1]" % (first, end - first),
            b"/Filter/FlateDecode/Length %d>>\nstream\n" % len(table),
            table,
            b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (len(plain) + 1),
        )
    )


@only_linux
def test_a_pdf_that_needs_too_much_memory_is_not_called_damaged(
    workspace: ck.Workspace, tmp_path: Path
) -> None:
    """The preflight, which has no limit, could read it."""
    (tmp_path / "greedy.pdf").write_bytes(greedy_pdf())
    [paper] = workspace.documents.add([tmp_path / "greedy.pdf"])

    job = workspace.run(reading("gene_expression"), paper, n_jobs=1, memory_limit=0.4)

    [row] = job.document_rows()
    assert (row["status"], row["category"]) == ("failed", "resource")
    assert "memory" in row["error"]
    assert "higher memory limit" in row["hint"]
