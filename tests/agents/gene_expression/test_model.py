"""Gene expression read by a model, alone or with the rules."""

from __future__ import annotations

import json
import re
import threading

import pytest
from chat_server import Asked, Reply

from curation_kit.agents.asking import ChunkOptions, Question
from curation_kit.agents.gene_expression import GeneExpressionAgent
from curation_kit.agents.gene_expression.model import Rows
from curation_kit.errors import DocumentFailure, FailureCategory
from curation_kit.llm import Load

MODEL = {"engine": "model", "service": "local", "model": "fake"}
BOTH = {**MODEL, "engine": "both"}

WORM = ("abstract", "We study expression in the worm Caenorhabditis elegans here.")
TOUCH = "We found that mec-4::GFP is expressed in the touch receptor neurons of larvae."
MUSCLE = "In contrast, unc-54 mRNA was detected in body wall muscle at the L4 stage."
NOWHERE = "By contrast, mec-4 was not detected in the intestine of these animals."


def rows(*found: dict) -> str:
    """Give an answer with these rows."""
    return json.dumps({"rows": found})


def row(gene: str, quote: str, **values: object) -> dict:
    """Give a row as a model gives it."""
    return {"gene_symbol": gene, "quotes": [quote], "negated": False, **values}


def extract(paper, options=MODEL, instructions=""):
    """Give the records of a paper."""
    return list(GeneExpressionAgent(options, instructions).extract(paper))


def candidates_of(prompt: str) -> list[dict]:
    """Candidates of the rules that the model was shown."""
    return json.loads(prompt.partition("Candidates: ")[2])


def test_the_model_gives_quotes_and_the_paper_the_evidence(chat, ask_about) -> None:
    """Page, section and mentions are the paper's, found by the quote's words."""
    paper = ask_about(WORM, ("results", f"{TOUCH} {MUSCLE}"))
    chat.answer = rows(
        row(
            "unc-54",
            "in contrast unc-54 mRNA was detected in body wall  muscle at the L4 stage",
            anatomy_label="body wall muscle",
            stage_label="L4 stage",
        )
    )

    (record,) = extract(paper)

    assert (record.gene_symbol, record.anatomy_label) == ("unc-54", "body wall muscle")
    (evidence,) = record.evidence
    assert evidence.quote == MUSCLE.removesuffix(".")
    assert (evidence.verification, evidence.section) == ("verified", "results")
    assert evidence.flags == []
    marked = {
        paper.text.text[one.start : one.end]: one.column for one in evidence.mentions
    }
    assert marked == {
        "unc-54": "gene_symbol",
        "body wall muscle": "anatomy_label",
        "L4 stage": "stage_label",
    }
    assert record.why == 'The model "fake" found it in the results.'
    ledger = paper.ledger
    assert (ledger.chunks_sent, ledger.chunks_answered) == (1, 1)
    assert ledger.sections_read == ["abstract", "results"]


def test_identifiers_of_the_model_are_ignored(chat, ask_about) -> None:
    """Only validators give identifiers; the model is not even asked for them."""
    paper = ask_about(("results", TOUCH))
    chat.answer = rows(
        row("mec-4", TOUCH, anatomy_label="neurons", gene_id="WB:1", taxon="x")
    )

    (record,) = extract(paper)

    assert (record.gene_id, record.taxon, record.anatomy_id) == (None, None, None)
    assert "_id" not in json.dumps(chat.asked[0].body["response_format"])


def test_an_answer_need_not_be_strict(chat, ask_about) -> None:
    """Services that take no schema: it is not asked for once more, and paid twice."""
    paper = ask_about(("results", f"{TOUCH} {MUSCLE}"))
    chat.answer = rows(
        row("mec-4", "", quotes=TOUCH, anatomy_label="neurons", stage_label="N/A"),
        row("unc-54", MUSCLE, negated=None, stage_label=4, anatomy_label=""),
        row(None, MUSCLE, anatomy_label="body wall muscle"),
        row("unc-54", MUSCLE, quotes=None, anatomy_label="None", assay="null"),
    )

    first, second = extract(paper)

    assert (first.anatomy_label, first.stage_label) == ("neurons", None)
    assert (first.evidence[0].quote, first.evidence[0].flags) == (TOUCH, [])
    assert (second.anatomy_label, second.stage_label) == (None, "4")
    assert paper.ledger.dropped == {"no gene": 1, "no anatomy": 1}
    assert len(chat.asked) == 1


def test_a_quote_that_says_the_opposite_is_flagged(chat, ask_about) -> None:
    """That a gene is there, and that it is not; one quote that bears it out is enough.

    A sentence of both says which it means by words such as "but".
    """
    nowhere, both = (
        "Here mec-4 was not seen in muscle.",
        "It is in skin but not in gut.",
    )
    paper = ask_about(("results", f"{TOUCH} {nowhere} {both}"))
    gut, skin = {"anatomy_label": "gut"}, {"anatomy_label": "skin"}
    muscle, neurons = {"anatomy_label": "muscle"}, {"anatomy_label": "neurons"}
    chat.answer = rows(
        row("mec-4", nowhere, **muscle),
        row("mec-4", TOUCH, **neurons, negated=True),
        row("mec-4", nowhere, **muscle, negated=True),
        row("mec-4", "", quotes=[TOUCH, nowhere], **neurons),
        row("mec-4", "", quotes=[TOUCH, both], **gut, negated=True),
        row("mec-4", "", quotes=[both, nowhere], **skin),
    )

    flags = [record.evidence[0].flags for record in extract(paper)]

    assert flags == [
        ["the quote says that something is not there"],
        ["no quote says that it is not there"],
        *[[]] * 4,
    ]


def test_what_the_quote_does_not_say_is_flagged(chat, ask_about) -> None:
    """A value from elsewhere, and a quote that the paper does not have."""
    paper = ask_about(("results", f"{TOUCH} {MUSCLE}"))
    chat.answer = rows(
        row("mec-4", TOUCH, anatomy_label="intestine", assay="in situ"),
        row("egl-1", "egl-1 is seen in all of the dying cells.", stage_label="L1"),
    )

    first, second = extract(paper)

    assert first.evidence[0].flags == ["not in the quote: anatomy “intestine”"]
    assert second.evidence[0].verification == "unsupported"
    assert second.evidence[0].claimed == "egl-1 is seen in all of the dying cells."
    assert second.why == 'The model "fake" claims it.'


def test_the_same_statement_of_two_parts_is_one_record(chat, ask_about) -> None:
    """With the evidence of both; statements that differ by polarity are two."""
    paper = ask_about(WORM, ("results", f"{TOUCH} {NOWHERE}"), ("discussion", TOUCH))
    chat.answer = rows(
        row("mec-4", TOUCH, anatomy_label="Touch receptor  neurons"),
        row("mec-4", WORM[1], anatomy_label="touch receptor neurons"),
        row("mec-4", NOWHERE, anatomy_label="intestine", negated=True),
    )

    one, other = extract(paper)

    assert [e.quote for e in one.evidence] == [TOUCH, WORM[1]]
    assert (other.anatomy_label, other.negated) == ("intestine", True)


def test_rows_that_say_nothing_are_dropped_with_the_reason(chat, ask_about) -> None:
    """As are negative findings that the options leave out."""
    paper = ask_about(("results", f"{TOUCH} {NOWHERE}"))
    chat.answer = rows(
        row("", TOUCH, anatomy_label="neurons"),
        row("mec-4", TOUCH),
        row("mec-4", NOWHERE, anatomy_label="intestine", negated=True),
    )

    found = extract(paper, {**MODEL, "include_negated": False})

    assert found == []
    assert paper.ledger.dropped == {"no gene": 1, "no anatomy": 1, "negated": 1}
    assert paper.ledger.drops[2].evidence.quote == NOWHERE
    assert {*paper.ledger.dropped} <= {*GeneExpressionAgent.reasons}


def test_a_long_paper_is_read_in_parts(chat, ask_about) -> None:
    """Each fits the context of the service, and all of the paper is in one."""
    text = " ".join(f"Sentence {n} is about mec-{n} and its uses." for n in range(900))
    paper = ask_about(("results", text), ("references", "Someone, 2001."), context=4096)
    chat.answer = rows()

    assert extract(paper) == []

    prompts = [asked.prompt for asked in chat.asked]
    assert len(prompts) == paper.ledger.chunks_sent > 3
    for asked in chat.asked:
        sent = len(json.dumps(asked.body, ensure_ascii=False))
        assert sent / 3 + asked.body["max_tokens"] <= 4096
    for n in range(900):
        assert any(f"Sentence {n} is about mec-{n} and" in one for one in prompts)
    assert not any("Someone" in one for one in prompts)
    assert paper.ledger.sections_skipped == ["references"]


#: It has more than four parts of this size.
MANY_GENES = " ".join(f"We saw mec-{n:03} in all the neurons." for n in range(99))
SHORT = {**MODEL, "chunk_characters": 1000}


def last_gene(asked: Asked) -> str:
    """Answer with the last gene of a part."""
    gene = re.findall(r"mec-\d{3}", asked.prompt)[-1]
    return rows(row(gene, f"We saw {gene} in all", anatomy_label="neurons"))


def test_parts_are_asked_about_at_the_same_time(chat, ask_about) -> None:
    """Once the first is answered; what they give is in the order of the paper."""
    chat.answer = lambda asked: Reply(
        last_gene(asked), company=1 if len(chat.asked) == 1 else 4
    )
    paper = ask_about(("results", MANY_GENES))
    genes = [one.gene_symbol for one in extract(paper, SHORT)]

    assert genes == sorted(genes)
    assert len(genes) == paper.ledger.chunks_answered == len(chat.asked) > 4


def test_without_further_threads_parts_are_asked_about_in_turn(
    chat, ask_about, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container may allow few."""

    def refused(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    chat.answer = last_gene
    paper = ask_about(("results", MANY_GENES))
    monkeypatch.setattr(threading.Thread, "start", refused)
    genes = [one.gene_symbol for one in extract(paper, SHORT)]

    assert genes == sorted(genes)
    assert len(genes) == paper.ledger.chunks_answered == len(chat.asked) > 4


def test_who_is_interrupted_waits_for_no_call(
    chat, ask_about, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second Ctrl-C stops a run in this process at once, not when models answer."""
    paper = ask_about(("results", MANY_GENES))
    first, over = [paper.models.ask], threading.Event()
    ended = []

    def ask(*question: object) -> object:
        if first:
            return first.pop()(*question)
        ended.append(over.wait(10))
        raise DocumentFailure(FailureCategory.MODEL, "It is late.", "")

    chat.answer = last_gene
    monkeypatch.setattr(paper.models, "ask", ask)
    options = ChunkOptions(service="local", model="fake", chunk_characters=1000)
    answers = Question(options, "Read it.", Rows).ask(paper, ["results"])
    next(answers)
    with pytest.raises(KeyboardInterrupt):
        answers.throw(KeyboardInterrupt())
    assert not ended
    over.set()


def test_a_part_without_an_answer_is_asked_about_in_halves(chat, ask_about) -> None:
    """And if these have none, the ledger tells which part is missing."""
    before, after = " ".join(["Before it."] * 300), " ".join(["After it."] * 300)
    paper = ask_about(("results", f"{before} {TOUCH} {after}"))
    chat.answer = lambda asked: (
        rows(row("mec-4", TOUCH, anatomy_label="neurons"))
        if "touch receptor neurons of larvae." in asked.prompt and len(chat.asked) > 1
        else "I cannot do that."
    )

    (record,) = extract(paper)

    ledger = paper.ledger
    assert record.gene_symbol == "mec-4"
    assert ledger.chunks_sent == ledger.chunks_answered + ledger.chunks_unparseable
    assert ledger.chunks_unparseable == 1
    assert not ledger.in_full
    (note,) = ledger.notes
    assert re.match(
        r"The model gave no usable answer about a part .*results, page 1", note
    )


@pytest.mark.parametrize("engine", [MODEL, BOTH])
@pytest.mark.parametrize("answer", ["I cannot do that.", "No.", "{}", "[]", '{"a": 1}'])
def test_a_paper_without_any_answer_fails(chat, ask_about, engine, answer) -> None:
    """With what is wrong with the first one; it is no paper without findings."""
    chat.answer = answer
    paper = ask_about(("results", TOUCH))
    paper.ledger.chunks_sent = paper.ledger.chunks_answered = 3  # by another step

    with pytest.raises(DocumentFailure) as failed:
        extract(paper, engine)

    assert failed.value.category is FailureCategory.MODEL
    assert "not asked about" not in str(failed.value)


def test_a_paper_is_given_up_before_all_of_it_was_paid_for(chat, ask_about) -> None:
    """Two parts and their halves, each asked about twice at most."""
    text = " ".join(f"Sentence {n} is about mec-{n} and its uses." for n in range(900))
    chat.answer = "I cannot do that."

    with pytest.raises(DocumentFailure, match="not of the shape") as failed:
        extract(ask_about(("results", text), context=4096))

    assert failed.value.category is FailureCategory.MODEL
    assert 6 <= len(chat.asked) <= 12
    told = re.search(r"not asked about (\d+) of the (\d+) parts", str(failed.value))
    assert told is not None
    assert int(told[1]) == int(told[2]) - 2 > 0
    assert "choose another model" in failed.value.hint
    assert failed.value.hint.endswith("pays for the same parts again.")


def test_a_context_without_room_is_told(chat, ask_about) -> None:
    """Nobody is asked in vain."""
    with pytest.raises(DocumentFailure, match=r"512 tokens, is too small") as failed:
        extract(ask_about(("results", TOUCH), context=512))

    assert failed.value.category is FailureCategory.FLOW
    assert chat.asked == []


def test_instructions_come_first_then_the_prompt_then_the_paper(
    chat, ask_about
) -> None:
    """Those of the flow and of the step, and the species that are chosen."""
    paper = ask_about(("results", TOUCH))
    paper.flow_instructions = "We curate neurons."
    chat.answer = rows()

    extract(paper, {**MODEL, "species": ["worm"]}, "Leave out muscle.")

    system, user = (one["content"] for one in chat.asked[0].body["messages"])
    places = [
        system.index(words)
        for words in (
            "We curate neurons.",
            "Leave out muscle.",
            "# Task",
            "Report genes of Caenorhabditis elegans only.",
            "## The paper",
        )
    ]
    assert places == sorted(places)
    assert TOUCH in user
    assert TOUCH not in system


def test_rules_and_model_agree(chat, ask_about) -> None:
    """The record stands as it is, with what the model could add."""
    paper = ask_about(WORM, ("results", f"{TOUCH} {MUSCLE}"))
    chat.answer = lambda asked: json.dumps(
        {
            "judgements": [
                {
                    "number": one["number"],
                    "verdict": "right",
                    "assay": one["assay"] or "northern blot",
                }
                for one in candidates_of(asked.prompt)
            ]
        }
    )
    by_rules = extract(ask_about(WORM, ("results", f"{TOUCH} {MUSCLE}")), {})

    records = extract(paper, BOTH)

    assert len(records) == len(by_rules) > 1
    assert None in {own.assay for own in by_rules}
    for record, own in zip(records, by_rules, strict=True):
        assert record.gene_symbol == own.gene_symbol
        assert record.evidence[0].flags == []
        assert "The model agrees." in record.why
        assert record.assay == (own.assay or "northern blot")


def test_what_rules_and_model_do_not_agree_on_is_flagged(chat, ask_about) -> None:
    """For the gate to have a curator look at it; nothing is lost."""
    paper = ask_about(WORM, ("results", f"{TOUCH} {MUSCLE} {NOWHERE}"))

    def judged(asked):
        genes = {
            (one["gene_symbol"], one["negated"]): one["number"]
            for one in candidates_of(asked.prompt)
        }
        return json.dumps(
            {
                "judgements": [
                    {
                        "number": genes["mec-4", False],
                        "verdict": "wrong",
                        "reason": "It is a transgene.",
                    },
                    {
                        "number": genes["unc-54", False],
                        "verdict": "right",
                        "anatomy_label": "intestine",
                    },
                    {"number": 99, "verdict": "right"},
                ],
                "rows": [row("egl-3", TOUCH, anatomy_label="touch receptor neurons")],
            }
        )

    chat.answer = judged

    records = extract(paper, BOTH)

    flags = {(one.gene_symbol, one.negated): one.evidence[0].flags for one in records}
    assert flags == {
        ("mec-4", False): ["the model disagrees: It is a transgene."],
        ("unc-54", False): ["the model has another anatomy: “intestine”"],
        ("mec-4", True): ["the model did not judge it"],
        ("egl-3", False): [
            "not in the quote: gene symbol “egl-3”",
            "only the model found it, the rules did not",
        ],
    }


def test_a_row_that_says_what_a_candidate_says_confirms_it(chat, ask_about) -> None:
    """It is no second record, and the candidate needs no judgement."""
    paper = ask_about(WORM, ("results", MUSCLE))

    def found(asked):
        (one,) = candidates_of(asked.prompt)
        same = {name: one[name] for name in ("anatomy_label", "stage_label")}
        found = row("UNC\u201154", MUSCLE, **same)
        return json.dumps({"judgements": [], "rows": [found]})

    chat.answer = found

    (record,) = extract(paper, BOTH)

    assert (record.gene_symbol, record.evidence[0].flags) == ("unc-54", [])


def test_rules_ask_nobody_and_stay_what_they_were(chat, ask_about) -> None:
    """Their results of earlier jobs are used again, whatever the model options."""
    agent = GeneExpressionAgent({"species": ["worm"]})

    assert agent.identity() == {
        "agent": "gene_expression",
        "version": "15",
        "options": {
            "species": ["worm"],
            "sections": [
                "title",
                "abstract",
                "results",
                "results and discussion",
                "body",
                "figure legend",
            ],
            "include_negated": True,
        },
        "instructions": "",
    }
    assert not agent.waits(agent.options)
    assert agent.prompt(agent.options, "x") == ""
    assert agent.load(agent.options, 50_000, chat.service()) == Load()
    assert extract(ask_about(WORM, ("results", TOUCH)), {"species": ["worm"]})
    assert chat.asked == []


def test_what_the_model_is_told_decides_the_result(chat) -> None:
    """So it is part of what results are kept under; the load is estimated from it."""
    agent = GeneExpressionAgent(MODEL, "Only muscle.")
    service = chat.service(context=8192)

    assert agent.waits(agent.options)
    assert agent.identity()["instructions"] == "Only muscle."
    assert "# Task" in agent.identity()["prompt"]
    assert GeneExpressionAgent(BOTH).identity()["prompt"] != agent.identity()["prompt"]
    short, long = (
        agent.load(agent.options, size, service) for size in (10_000, 200_000)
    )
    assert (short.calls, long.calls) == (1, 7)
    # A quarter of the characters that are read, and the prompt with each part.
    assert long.input_tokens > 0.37 * 200_000 / 4 + 7 * 500 > short.input_tokens
