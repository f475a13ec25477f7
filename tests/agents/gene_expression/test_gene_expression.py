"""One sentence per phenomenon: what is extracted, what is dropped and why."""

# ruff: noqa: E501 - a sentence is easier to read on one line

from __future__ import annotations

from collections import Counter

import pytest
from pydantic import ValidationError

from curation_kit.agents.gene_expression import GeneExpressionAgent
from curation_kit.agents.paper import Paper
from curation_kit.agents.pdf import PdfAgent


@pytest.fixture
def extract(make_paper):
    """Read one text as results of a species; give the records and the paper."""

    def run(text, species, section="results", **options):
        paper = make_paper((section, text))
        agent = GeneExpressionAgent({"species": [species], **options})
        return list(agent.extract(paper)), paper

    return run


def patterns(records):
    """Say in short what the records hold."""
    return [
        (
            ("not " if record.negated else "") + record.gene_symbol,
            record.anatomy_label,
            record.stage_label,
            record.cellular_component_label,
        )
        for record in records
    ]


@pytest.mark.parametrize(
    ("species", "text", "expected"),
    [
        (
            "worm",
            "We saw unc-54::GFP expressed in the pharynx of adults but not in the intestine.",
            [
                ("unc-54", "pharynx", "adults", None),
                ("not unc-54", "intestine", None, None),
            ],
        ),
        (
            "worm",
            "The protein UNC-54 localizes to the nucleus of body wall muscle cells.",
            [("UNC-54", "body wall muscle cells", None, "nucleus")],
        ),
        (
            "worm",
            "The Punc-54::gfp reporter was expressed in the vulva (Fig. 2).",
            [("unc-54", "vulva", None, None)],
        ),
        (
            "worm",
            "Strong unc-54p::GFP fluorescence was visible in CAN neurons of L4 larvae.",
            [("unc-54", "CAN neurons", "L4 larvae", None)],
        ),
        (
            "worm",
            "The isoform UNC-54b is expressed in seam cells.",
            [("UNC-54", "seam cells", None, None)],
        ),
        (
            "worm",
            "No expression of unc-54 was detected in the germline.",
            [("not unc-54", "germline", None, None)],
        ),
        (
            "worm",
            "The transcript of unc-54 is absent from the spermatheca.",
            [("not unc-54", "spermatheca", None, None)],
        ),
        (
            "worm",
            "Expression of unc-54 was seen in the hypodermis and uterus, and was not detected in the tail.",
            [
                ("unc-54", "hypodermis", None, None),
                ("unc-54", "uterus", None, None),
                ("not unc-54", "tail", None, None),
            ],
        ),
        (
            "worm",
            "Intestinal expression of unc-54 was observed.",
            [("unc-54", "Intestinal", None, None)],
        ),
        (
            "worm",
            "In the embryo unc-54 expression was not only detected in the pharynx but also in the intestine.",
            [
                ("unc-54", "pharynx", "embryo", None),
                ("unc-54", "intestine", "embryo", None),
            ],
        ),
        (
            "mouse",
            "Pax6 was expressed in the neural tube at E10.5, whereas Sox9 was absent from the dorsal root ganglia.",
            [
                ("Pax6", "neural tube", "E10.5", None),
                ("not Sox9", "dorsal root ganglia", None, None),
            ],
        ),
        (
            "mouse",
            "Retinal ganglion cells express Pax6 and Sox9.",
            [
                ("Pax6", "Retinal ganglion cells", None, None),
                ("Sox9", "Retinal ganglion cells", None, None),
            ],
        ),
        (
            "mouse",
            "PAX6 protein was detected in the lens of P21 mice.",
            [("PAX6", "lens", "P21", None)],
        ),
        (
            "mouse",
            "Expression of Pax6 was observed in the retina, except in the cornea.",
            [("Pax6", "retina", None, None), ("not Pax6", "cornea", None, None)],
        ),
        (
            "zebrafish",
            "At 24 hpf, sox10 transcripts were detected in the neural crest and otic vesicle.",
            [
                ("sox10", "neural crest", "24 hpf", None),
                ("sox10", "otic vesicle", "24 hpf", None),
            ],
        ),
        (
            "fly",
            "The mRNA of Act5C is enriched in the mesoderm of stage 14 embryos.",
            [("Act5C", "mesoderm", "stage 14 embryos", None)],
        ),
        (
            "fly",
            "The eve gene, eve mRNA. Expression of eve was seen in stage 10B egg chambers.",
            [("eve", None, "stage 10B egg chambers", None)],
        ),
        (
            "human",
            "SOX9 immunoreactivity was present in chondrocytes of the growth plate.",
            [("SOX9", "chondrocytes", None, None)],
        ),
        (
            "yeast",
            "Pgm2p localizes to the vacuole.",
            [("Pgm2p", None, None, "vacuole")],
        ),
    ],
)
def test_statement_becomes_these_records(extract, species, text, expected):
    """Gene, place, stage, component and polarity as the sentence has them."""
    records, _ = extract(text, species)
    assert patterns(records) == expected


@pytest.mark.parametrize(
    ("species", "text", "reason"),
    [
        (
            "worm",
            "It has been shown that unc-54 is expressed in the pharynx.",
            "previously reported",
        ),
        (
            "worm",
            "Indeed unc-54 is expressed in the pharynx (Doe et al., 2004).",
            "previously reported",
        ),
        (
            "worm",
            "To test whether unc-54 is expressed in the pharynx, GFP was made.",
            "hypothesis",
        ),
        ("worm", "The gene unc-54 might be expressed in the pharynx.", "hypothesis"),
        (
            "worm",
            "Overexpression of unc-54 was seen in the pharynx.",
            "manipulated expression",
        ),
        (
            "worm",
            "After unc-54 RNAi the pharynx expressed nothing.",
            "genotype",
        ),
        (
            "worm",
            "The pharynx of unc-54 mutants was normal.",
            "genotype",
        ),
        (
            "worm",
            "The gene unc-54 encodes a myosin of the pharynx.",
            "no expression statement",
        ),
        (
            "worm",
            "Expression of unc-54 was robust and reproducible.",
            "no anatomy",
        ),
        (
            "mouse",
            "Expression of Pax6 was reduced in the retina after injury.",
            "manipulated expression",
        ),
        (
            "mouse",
            "Expression of Pax6 was lower in the retina of treated mice.",
            "expression change",
        ),
        (
            "mouse",
            "Pax6 was expressed in the retina of the knockout animals.",
            "mutant",
        ),
        (
            "mouse",
            "Sections were counted with the retina marker Pax6 expressed here.",
            "method or marker",
        ),
        (
            "mouse",
            "We stained the retina for Pax6 expression.",
            "method or marker",
        ),
        ("human", "SOX9 was expressed in a kidney cell line.", "cell line"),
        (
            "human",
            "SOX9 was expressed in breast cancer.",
            "disease or treatment",
        ),
    ],
)
def test_statement_is_dropped_with_its_reason(extract, species, text, reason):
    """What is no finding of an expression pattern is counted, not kept."""
    records, paper = extract(text, species)
    assert records == []
    assert paper.ledger.dropped == {reason: 1}
    assert paper.ledger.candidates == 1
    [drop] = paper.ledger.drops
    assert (drop.reason, drop.agent) == (reason, "gene_expression")
    assert drop.evidence is not None
    assert drop.evidence.quote in text
    assert all(name in text for name in drop.record["gene_symbol"].split("|"))
    assert GeneExpressionAgent.reasons[reason]


@pytest.mark.parametrize(
    ("species", "text"),
    [
        ("worm", "GFP was expressed in the pharynx."),
        ("mouse", "RNA was detected in the retina and the Cat was seen in the brain."),
        ("human", "DNA was present in the brain and CT was observed in the heart."),
        ("fly", "The protein for actin was not detected in the brain of this fly."),
        ("fly", "Expression in the wing was seen, so white was present in the eye."),
        ("zebrafish", "The tag was detected in the heart at 24 hpf."),
    ],
)
def test_ordinary_words_are_no_genes(extract, species, text):
    """Words that are also symbols of some gene give no record."""
    records, paper = extract(text, species)
    assert records == []
    assert paper.ledger.kept == 0


def test_abbreviation_of_the_paper_is_no_gene(extract):
    """An abbreviation that the paper defines otherwise is not a gene."""
    text = "The apical surface zone 9 (ASZ9) is wide. SOX9 and ASZ9 were expressed in the brain."
    records, _ = extract(text, "human")
    assert [record.gene_symbol for record in records] == ["SOX9"]


@pytest.mark.parametrize(
    ("words", "assay"),
    [
        ("By in situ hybridization", "in situ hybridization"),
        ("By immunostaining", "immunostaining"),
        ("By RT-qPCR", "RT-PCR"),
        ("By western blot", "western blot"),
        ("By RNA-seq", "RNA-seq"),
        ("By single-cell RNA-seq", "single-cell RNA-seq"),
        ("By northern blot", "northern blot"),
        ("By microarray", "microarray"),
        ("By mass spectrometry", "mass spectrometry"),
        ("With a lacZ reporter", "reporter gene"),
        ("Here", None),
    ],
)
def test_assay_is_read_from_the_sentence(extract, words, assay):
    """The assay is named in our words."""
    records, _ = extract(f"{words} Pax6 was detected in the retina.", "mouse")
    assert records[0].assay == assay


def test_assay_is_read_from_the_legend(make_paper):
    """A panel without an assay takes that of its legend."""
    paper = make_paper(
        (
            "figure legend",
            "Figure 1. In situ hybridization of sections. Pax6 was detected in the retina.",
        )
    )
    (record,) = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
    assert record.assay == "in situ hybridization"
    assert record.evidence[0].figures == ["Figure 1"]


def test_one_pattern_keeps_all_its_sentences_best_first(make_paper):
    """The same pattern in two sections is one record with two quotes."""
    paper = make_paper(
        ("abstract", "We show that Pax6 is expressed in the retina."),
        ("results", "Clearly Pax6 was detected in retinas (Fig. 1)."),
    )
    (record,) = GeneExpressionAgent({"species": ["mouse"]}).extract(paper)
    assert [one.section for one in record.evidence] == ["results", "abstract"]
    for one in record.evidence:
        assert paper.text.text[one.start : one.end] == one.quote
    assert "1 more sentence says so" in record.why


def test_quote_is_right_after_characters_of_many_bytes(extract):
    """Offsets count characters, not bytes."""
    text = "The β‐catenin “signal” was 5 µm wide. The Pax6 mRNA was detected in the retina."
    (record,), _ = extract(text, "mouse")
    assert record.evidence[0].quote == "The Pax6 mRNA was detected in the retina."


def test_no_identifier_is_emitted(extract):
    """Identifiers and taxon are for validators."""
    (record,), _ = extract("Pax6 was detected in the retina at E10.5.", "mouse")
    assert (record.gene_id, record.taxon, record.anatomy_id, record.stage_id) == (
        None,
    ) * 4


def test_methods_and_references_are_not_read(make_paper):
    """Only the paper's own findings count; the ledger says what was skipped."""
    sentence = "The mouse gene Pax6 was detected in the retina."
    paper = make_paper(("methods", sentence), ("references", sentence))
    assert list(GeneExpressionAgent().extract(paper)) == []
    assert paper.ledger.sections_skipped == ["methods", "references"]
    assert paper.ledger.sentences == 0


def test_sections_can_be_chosen(extract):
    """The discussion is read when asked for."""
    text = "The gene Pax6 was detected in the retina."
    assert extract(text, "mouse", section="discussion")[0] == []
    records, _ = extract(text, "mouse", section="discussion", sections=["discussion"])
    assert len(records) == 1


def test_negated_findings_can_be_left_out(extract):
    """They are counted as dropped then."""
    text = "No Pax6 expression was detected in the liver."
    records, paper = extract(text, "mouse", include_negated=False)
    assert records == []
    assert paper.ledger.dropped == {"negated": 1}


def test_species_comes_from_the_text(make_paper):
    """The paper's species decides; the note says which it was."""
    paper = make_paper(
        ("results", "In mice, Pax6 was detected in the retina of the mouse.")
    )
    assert len(list(GeneExpressionAgent().extract(paper))) == 1
    assert "Mus musculus" in paper.ledger.notes[0]


def test_of_a_mixed_paper_only_rows_of_mammals_need_a_stage(make_paper):
    """A worm's row without one is not to be checked."""
    text = (
        "Wnt1 was expressed in the midbrain. mec-4 was expressed in touch neurons. "
        "Sox9 was expressed in the testis at E12.5. Pax6 was expressed in the retina at "
        "E10.5. Fgf8 was expressed in the limb bud at E9.5."
    )
    paper = make_paper(("results", text))
    agent = GeneExpressionAgent({"species": ["mouse", "worm"]})
    flags = {
        one.gene_symbol: one.evidence[0].flags
        for one in agent.extract(paper)
        if not one.stage_label
    }
    assert flags == {
        "Wnt1": ["no stage, though most rows of the paper have one"],
        "mec-4": [],
    }


def test_no_supported_species_says_so(make_paper):
    """A paper about another organism gives no records and a reason."""
    paper = make_paper(("results", "In wheat, Pax6 was detected in the brain."))
    assert list(GeneExpressionAgent().extract(paper)) == []
    assert paper.ledger.notes[0].startswith("No supported species is named")


@pytest.mark.parametrize(
    "options", [{"species": ["dodo"]}, {"sections": []}, {"depth": 3}]
)
def test_bad_options_are_refused(options):
    """A wrong option is an error before any paper is read."""
    with pytest.raises(ValidationError):
        GeneExpressionAgent(options)


@pytest.mark.parametrize("number", range(6))
def test_the_numbers_of_real_papers_add_up(shared_data, number):
    """Every candidate is a record or is dropped, for one of the reasons there are."""
    path = sorted((shared_data / "papers").glob("*.pdf"))[5 * number]
    paper = Paper(id="0" * 64, name=path.name, path=path)
    paper.text = PdfAgent().read(paper)
    records = list(GeneExpressionAgent().extract(paper))

    ledger = paper.ledger
    assert ledger.candidates == len(records) + sum(ledger.dropped.values())
    assert Counter(drop.reason for drop in ledger.drops) == ledger.dropped
    assert {*ledger.dropped} <= {*GeneExpressionAgent.reasons}
    for drop in ledger.drops:
        quote = drop.evidence
        assert paper.text.text[quote.start : quote.end] == quote.quote
        assert drop.record["gene_symbol"]


def test_nothing_is_judged_where_no_species_is_known(make_paper):
    """Such a paper does not count as read in full."""
    paper = make_paper(("results", "In wheat, Pax6 was detected in the brain."))
    paper.ledger.pages = 1
    assert list(GeneExpressionAgent().extract(paper)) == []
    assert not paper.ledger.in_full


def test_evidence_tells_where_its_values_stand(make_paper):
    """In the paper's own words, in each sentence that says so."""
    paper = make_paper(
        ("title", "Embryonic mec-4::GFP is seen in the touch neurons of this worm."),
        (
            "results",
            "By in situ hybridization, mec-4 was expressed in touch neurons of adults.",
        ),
    )
    [record] = GeneExpressionAgent({"species": ["worm"]}).extract(paper)
    [best, *others] = [
        {m.column: paper.text.text[m.start : m.end] for m in one.mentions}
        for one in record.evidence
    ]
    assert best == {
        "gene_symbol": "mec-4",
        "anatomy_label": "touch neurons",
        "stage_label": "adults",
        "assay": "in situ",
    }
    for other in others:
        assert other["gene_symbol"] == "mec-4"
    for evidence in record.evidence:
        for mention in evidence.mentions:
            assert mention.boxes
            assert evidence.start <= mention.start < mention.end <= evidence.end
