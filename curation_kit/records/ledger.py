"""The ledger: what was read in a paper, and what did not become a record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from operator import not_

from pydantic import BaseModel, ConfigDict, Field

from curation_kit.phrases import counted
from curation_kit.records.evidence import Evidence, Verification

__all__ = ["LEFT_OUT", "NO_REASON", "Dropped", "Ledger"]

#: Reason of a dropped candidate of which its agent says no more.
NO_REASON = "no reason given"
#: Reason of a record that a validator did not give back, and told no reason.
LEFT_OUT = "left out by a validator"

#: Kinds of sections of which a paper has one; an undivided one is all ``body``.
_RESULTS = frozenset({"results", "results and discussion", "body"})


class Dropped(BaseModel):
    """One candidate that did not become a record, and why.

    Attributes
    ----------
    reason
        As counted in `Ledger.dropped`, for instance ``no anatomy``.
    agent
        Name of the agent that dropped it; ``evidence gate`` for the gate.
    evidence
        The sentence that it was found in.
    record
        What was known of it, by column.
    """

    model_config = ConfigDict(extra="forbid")

    reason: str
    agent: str = ""
    evidence: Evidence | None = None
    record: dict[str, str] = Field(default_factory=dict)


class Ledger(BaseModel):
    """What was read in one document, what was judged, and what became of it.

    Makes a result of zero rows explain itself.

    Attributes
    ----------
    sections_read, sections_skipped
        Section names, each once, in reading order.
    chunks_sent, chunks_answered, chunks_unparseable
        Pieces of the document sent to a model, and how its answers fared.
    candidates, kept
        Records and dropped candidates together, and the records among them.
    dropped
        Number of dropped candidates per reason.
    drops
        The dropped candidates themselves; kept apart from the rest once the
        document is done (`Job.dropped`).
    verification
        Number of kept records per verification of their best evidence.
    flagged
        Number of kept records that the evidence gate asks a curator to check.
    unanswered
        Number of names that a source outside the paper did not tell of, by what
        their records say: ``unresolved: offline (Alliance Gene)``.
    notes
        Sentences for the curator.
    """

    model_config = ConfigDict(extra="forbid")

    pages: int = 0
    pages_without_text: int = 0
    sections_read: list[str] = Field(default_factory=list)
    sections_skipped: list[str] = Field(default_factory=list)
    sentences: int = 0
    candidates: int = 0
    kept: int = 0
    chunks_sent: int = 0
    chunks_answered: int = 0
    chunks_unparseable: int = 0
    dropped: dict[str, int] = Field(default_factory=dict)
    drops: list[Dropped] = Field(default_factory=list)
    verification: dict[str, int] = Field(default_factory=dict)
    flagged: int = 0
    unanswered: dict[str, int] = Field(default_factory=dict, exclude_if=not_)
    notes: list[str] = Field(default_factory=list)

    def drop(
        self,
        reason: str,
        *,
        agent: str = "",
        evidence: Evidence | None = None,
        record: Mapping[str, str] | None = None,
    ) -> None:
        """Note one candidate that was not kept; see `Dropped`."""
        self.dropped[reason] = self.dropped.get(reason, 0) + 1
        self.drops.append(
            Dropped(
                reason=reason, agent=agent, evidence=evidence, record=dict(record or {})
            )
        )

    def section(self, kind: str, *, read: bool) -> None:
        """Note that sections of a kind are read, or skipped."""
        names = self.sections_read if read else self.sections_skipped
        if kind not in names:
            names.append(kind)

    def note(self, text: str) -> None:
        """Tell the curator something, once."""
        if text not in self.notes:
            self.notes.append(text)

    def settle(self, kept: int) -> None:
        """Make the numbers add up, now that it is known how many records there are.

        Every candidate was kept or dropped. Candidates that an agent counted and
        told no more of are dropped without a reason; those that it counted with
        a reason only are listed with no more than that.
        """
        listed = Counter(one.reason for one in self.drops)
        for reason, count in self.dropped.items():
            told = count - listed[reason]
            self.drops += [Dropped(reason=reason) for _ in range(told)]
        for _ in range(self.candidates - kept - sum(self.dropped.values())):
            self.drop(NO_REASON)
        self.kept = kept
        self.candidates = kept + sum(self.dropped.values())

    def by_reason(self) -> list[tuple[str, int]]:
        """Reasons of dropped candidates with their numbers, the most frequent first."""
        return sorted(self.dropped.items(), key=lambda item: (-item[1], item[0]))

    def verified(self) -> str:
        """How well the kept records are supported; empty when nothing is known."""
        parts = [
            f"{self.verification[kind]:,} {kind}"
            for kind in Verification
            if self.verification.get(kind)
        ]
        parts += [f"{self.flagged:,} to check"] if self.flagged else []
        return ", ".join(parts)

    def unresolved(self) -> str:
        """How many names sources did not tell of; empty when they told of all."""
        told = (f"{counted(n, 'name')} {what}" for what, n in self.unanswered.items())
        return ", ".join(told)

    def __repr__(self) -> str:
        return f"<Ledger {self.summary()}>"

    def __str__(self) -> str:
        return repr(self)

    @property
    def complete(self) -> bool:
        """Whether all that was asked of others was answered."""
        return self.chunks_sent == self.chunks_answered and not self.unanswered

    @property
    def in_full(self) -> bool:
        """Whether all of it was judged: every page has text, every piece an answer."""
        return (
            self.pages > 0
            and self.sentences + self.chunks_sent > 0
            and not self.pages_without_text
            and self.chunks_sent == self.chunks_answered
            and not self.chunks_unparseable
        )

    @property
    def lacks_results(self) -> bool:
        """Whether sections were read, and the paper has none of results."""
        found = {*self.sections_read, *self.sections_skipped}
        return bool(self.sections_read) and not found & _RESULTS

    def summary(self) -> str:
        """One line for tables: what was read and what came of it."""
        if not self.pages:
            return "; ".join(["nothing was read", *self.notes])
        parts = [counted(self.pages, "page")]
        if self.pages_without_text:
            parts.append(f"{self.pages_without_text:,} without text")
        parts += self._read()
        parts.append(f"{self.kept:,} kept")
        if self.dropped:
            listed = ", ".join(
                f"{count:,} {reason}" for reason, count in self.by_reason()
            )
            parts.append(f"{sum(self.dropped.values()):,} dropped: {listed}")
        lines = [", ".join(parts)]
        if verified := self.verified():
            lines.append(verified)
        if self.chunks_sent:
            lines.append(
                f"{counted(self.chunks_sent, 'chunk')} sent, "
                f"{self.chunks_answered:,} answered, "
                f"{self.chunks_unparseable:,} unparseable"
            )
        if self.sections_skipped:  # last, as tables cut the line where room is short
            lines.append(f"skipped: {', '.join(self.sections_skipped)}")
        return "; ".join([*lines, *self.notes])

    def _read(self) -> list[str]:
        """What was read, in words."""
        parts = []
        # An agent need not tell of sections and sentences: no nought for these.
        told = bool(self.sections_read or self.sections_skipped or self.sentences)
        if told:
            parts.append(f"{counted(len(self.sections_read), 'section')} read")
        if self.lacks_results:
            parts.append("no results section found")
        if told and (self.sentences or not self.chunks_sent):  # a model reads chunks
            parts.append(f"{counted(self.sentences, 'sentence')} judged")
        if told or self.candidates != self.kept:
            parts.append(counted(self.candidates, "candidate"))
        return parts
