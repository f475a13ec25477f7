"""Answers that are kept, and those that make room."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from curation_kit.llm import AnswerCache
from curation_kit.store import Database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """An empty store."""
    return Database(tmp_path / "curation.sqlite")


def used(database: Database, key: str, ago: float) -> None:
    """Have an answer used so many seconds ago."""
    moment = time.time() - ago
    database.execute("UPDATE answers SET used = ? WHERE key = ?", (moment, key))


def test_the_longest_unused_answers_make_room(database: Database) -> None:
    """Those that were read lately stay, and the new one does, whatever its size."""
    answers = AnswerCache(database, megabytes=0.0004)  # 400 bytes
    for number, key in enumerate("abc"):
        answers.put(key, key * 100)
        used(database, key, ago=86_400 - number)
    assert answers.get("a") == "a" * 100  # the oldest, but used now

    answers.put("d", "d" * 150)

    assert [answers.get(key) is not None for key in "abcd"] == [True, False, True, True]
    assert answers.size() == (3, 350)

    answers.put("e", "e" * 1000)
    assert answers.size() == (1, 1000)
    assert answers.get("e") == "e" * 1000


def test_an_answer_that_is_replaced_counts_once(database: Database) -> None:
    """Its new size does; text is counted in bytes."""
    answers = AnswerCache(database, megabytes=0.0001)
    for _ in range(5):
        answers.put("a", "é" * 40)

    assert answers.size() == (1, 80)


def test_answers_of_many_threads_are_all_kept(database: Database) -> None:
    """Those that come while the disk is busy wait for it together."""
    answers = AnswerCache(database)
    threads = [
        threading.Thread(target=answers.put, args=(str(n), "answer")) for n in range(50)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers.size()[0] == 50
