"""Assays are known by their names, the narrowest first."""

from __future__ import annotations

import pytest

from curation_kit.agents.gene_expression.language.assays import assay_of, named_assay


@pytest.mark.parametrize(
    ("text", "assay"),
    [
        ("Whole-mount in situ hybridisation", "in situ hybridization"),
        ("by smFISH", "in situ hybridization"),
        ("a digoxigenin-labelled probe", "in situ hybridization"),
        ("an in situ proximity ligation test", None),
        ("the fish wish to swim", None),
        ("Immunofluorescence showed", "immunostaining"),
        ("stained with anti-Pax6", "immunostaining"),
        ("sections were immuno-labelled", "immunostaining"),
        ("By FACS of dissociated embryos", "flow cytometry"),
        ("Westerns of lysates", "western blot"),
        ("a western diet", None),
        ("Northern blots", "northern blot"),
        ("RT-qPCR of embryos", "RT-PCR"),
        ("quantitative real-time PCR", "RT-PCR"),
        ("PCR of genomic DNA", None),
        ("bulk RNA sequencing", "RNA-seq"),
        ("scRNA-seq and smFISH", "single-cell RNA-seq"),
        ("single-nucleus RNA-seq", "single-cell RNA-seq"),
        ("a gene chip", "microarray"),
        ("LC-MS of embryos", "mass spectrometry"),
        ("an enhancer-trap line", "enhancer trap"),
        ("unc-54::GFP animals", "reporter gene"),
        ("a transcriptional fusion", "reporter gene"),
        ("a lacZ knock-in", "reporter gene"),
        ("Gene expression was seen", None),
    ],
)
def test_name_means_this_assay(text, assay):
    """Of what the words may mean, the assay."""
    assert assay_of(text) == assay


def test_words_of_the_assay_are_told():
    """A viewer can mark them."""
    text = "seen by immunostaining of embryos"
    name, start, end = named_assay(text)
    assert (name, text[start:end]) == ("immunostaining", "immunostain")
