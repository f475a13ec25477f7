"""What headings and captions say: section kinds and figure labels."""

from __future__ import annotations

import re

__all__ = ["LABEL", "caption_label", "run_in_heading", "section_kind", "title_word"]

_NAMES: dict[str, tuple[str, ...]] = {
    "abstract": (
        "abstract",
        "summary",
        "significance",
        "significance statement",
        "author summary",
        "in brief",
        "highlights",
        "graphical abstract",
        "synopsis",
        "elife digest",
        "elife assessment",
        "editor's evaluation",
        "keywords",
        "key words",
        "lay summary",
    ),
    "introduction": ("introduction", "background", "main text"),
    "results": ("results", "result", "findings", "main results"),
    "discussion": (
        "discussion",
        "discussions",
        "conclusion",
        "conclusions",
        "concluding remarks",
        "discussion and conclusion",
        "discussion and conclusions",
        "general discussion",
        "limitations of the study",
        "limitations",
    ),
    "results and discussion": (
        "results and discussion",
        "results & discussion",
        "results and discussions",
        "results/discussion",
        "description",  # microPublication
    ),
    "methods": (
        "methods",
        "method",
        "materials and methods",
        "material and methods",
        "materials & methods",
        "methods and materials",
        "methods and material",
        "materials and method",
        "materials",
        "experimental procedures",
        "experimental section",
        "experimental",
        "experimental methods",
        "methodology",
        "star methods",
        "star★methods",
        "star+methods",
        "star*methods",
        "online methods",
        "patients and methods",
        "subjects and methods",
        "participants and methods",
        "research design and methods",
        "key resources table",
        "resource availability",
        "experimental model and subject details",
        "experimental model and study participant details",
        "method details",
        "quantification and statistical analysis",
        "reagents",
        "methods and protocols",
        "reagents and tools table",
    ),
    "references": (
        "references",
        "literature cited",
        "bibliography",
        "references and notes",
        "references cited",
        "cited literature",
        "works cited",
        "literature",
        "supplementary references",
    ),
    "acknowledgements": (
        "acknowledgements",
        "acknowledgments",
        "acknowledgement",
        "acknowledgment",
        "funding",
        "fundings",
        "funding statement",
        "funding information",
        "grant disclosures",
        "financial support",
        "author contributions",
        "author contribution",
        "authors' contributions",
        "authors' contribution",
        "authorship contribution statement",
        "credit authorship contribution statement",
        "contributions",
        "competing interests",
        "competing interest",
        "competing financial interests",
        "competing interest statement",
        "conflict of interest",
        "conflicts of interest",
        "conflict of interest statement",
        "conflict of interests",
        "declaration of interests",
        "declaration of competing interest",
        "declarations",
        "declarations of interest",
        "disclosure",
        "disclosures",
        "disclosure and competing interests statement",
        "disclosure statement",
        "data availability",
        "data availability statement",
        "data and materials availability",
        "data, materials, and software availability",
        "data and code availability",
        "code availability",
        "data deposition",
        "availability of data and materials",
        "availability of data and material",
        "availability of supporting data",
        "ethics approval and consent to participate",
        "ethics approval",
        "ethics statement",
        "ethical approval",
        "ethics",
        "human ethics",
        "animal ethics",
        "consent for publication",
        "consent to participate",
        "additional information",
        "additional information and declarations",
        "author details",
        "authors' information",
        "author information",
        "author affiliations",
        "affiliations",
        "reporting summary",
        "abbreviations",
        "publisher's note",
        "peer review information",
        "supplementary material and data availability",
        "orcid",
        "inclusion and diversity",
        "dna deposition",
        "microarray data deposition",
    ),
    "supplement": (
        "supplementary material",
        "supplementary materials",
        "supplementary information",
        "supplementary data",
        "supplemental material",
        "supplemental materials",
        "supplemental information",
        "supplemental data",
        "supporting information",
        "supporting material",
        "electronic supplementary material",
        "additional files",
        "additional file",
        "additional material",
        "appendix",
        "appendices",
        "expanded view",
        "expanded view figures",
        "extended data",
    ),
    "figure legend": (
        "figure legends",
        "figure legend",
        "figure captions",
        "legends",
        "legends to figures",
        "figures and legends",
        "figure titles and legends",
    ),
}

_KINDS = {name: kind for kind, names in _NAMES.items() for name in names}
_LONGEST = max(map(len, _KINDS)) + 10

_NUMBERING = re.compile(r"(?:\d{1,2}(?:\.\d+)*\.?|[IVX]{1,4}\.)\s+(?=[A-Z])")
_SPACED = re.compile(r"(?:[A-Za-z&] ){3,}[A-Za-z]")
_SPACED_WORD = re.compile(r"(?<=\b[A-Z]) (?=[A-Z]\b)")

_CAPTION = re.compile(
    r"(?P<kind>(?:Supplement(?:ary|al)|Extended[ ]Data|Expanded[ ]View|Appendix)?[ ]?"
    r"(?:Figure[ ]supplement|Figure|Fig\.?|FIGURE|FIG\.?|Scheme|Table|TABLE|Box|Video"
    r"|Movie))[ ]?"
    r"(?P<number>(?:S|EV|ED)?\d{1,3}|[IVX]{1,4}\b|[A-Z]?\d{1,2})"
    r"(?P<panel>[A-Z](?=[.:|)\s]))?"
    r"(?P<rest>[ ]*[.:|)—–-]|[ ]|$)",
)

#: What a figure has besides, where a sentence names it: a caption has a mark.
_OF_FIGURE = re.compile(
    r"(?:figure supplement|video|animation|source (?:data|code))s? \d+(?![.:|]| *$)"
)

#: A caption of no more than a label ("Figure 3", "Fig. 2.").
LABEL = re.compile(r"(?:[\w-]+ ){0,3}[A-Z]?\d+[.:|]?\s*")

_RUN_IN = re.compile(
    r"(?P<name>[A-Z][A-Za-z'’ ,&]{4,50}?)(?:\s*[:|—]\s*|\.\s+|\.—|\s(?=[A-Z]))"
)


def title_word(text: str) -> str:
    """Fold a heading: numbering, letter spacing, case and end marks removed."""
    text = text.strip().replace("’", "'")
    text = _NUMBERING.sub("", text, count=1)
    if _SPACED.search(text):
        # "M A T E R I A L S  A N D" keeps no sign of its words: known names
        # are compared without their spaces.
        text = _SPACED_WORD.sub("", text)
    return text.strip(" .:|■●•▪►").casefold()


def section_kind(text: str) -> str | None:
    """Section that a heading opens, None when it is not a known heading.

    Parameters
    ----------
    text
        A whole line, for instance ``2. Results`` or ``R E S U L T S``.
    """
    if len(text) > 2 * _LONGEST or text[:1].islower():
        return None
    name = title_word(text)
    kind = _KINDS.get(name)
    if kind is None and _SPACED.search(text):
        kind = _SQUEEZED.get(name.replace(" ", ""))
    return kind


_SQUEEZED = {name.replace(" ", ""): kind for name, kind in _KINDS.items()}


def run_in_heading(text: str, *, bold: bool) -> tuple[str, str] | None:
    """Section and heading of a paragraph that starts with its heading.

    ``Abstract: We …``, and in bold type also ``Abstract We …``.
    """
    match = _RUN_IN.match(text)
    if match is None:
        return None
    after = text[match.end("name") :]
    if after[:1] in " ." and not bold and match["name"] not in ("Abstract", "ABSTRACT"):
        return None
    kind = _KINDS.get(title_word(match["name"]))
    return (kind, match["name"]) if kind else None


def caption_label(text: str, *, marked: bool) -> str | None:
    """Label of the figure or table whose caption starts here.

    Parameters
    ----------
    text
        First line of a paragraph.
    marked
        Whether its type differs from the running text's (bold, or another
        size): then a mark after the number is not needed.

    Returns
    -------
    str or None
        ``Figure 3``, ``Supplementary Figure 1``, ``Extended Data Figure 4``,
        ``Table 1`` …; None for a sentence such as ``Figure 3 shows``.
    """
    match = _CAPTION.match(text)
    if match is None:
        return None
    if _is_mention(match["rest"].strip(), text[match.end() :].lstrip(), marked=marked):
        return None
    words = match["kind"].replace(".", "").split()
    last = words[-1].capitalize()
    if last == "Supplement":  # eLife
        return f"Figure Supplement {match['number']}"
    kind = "Figure" if last in ("Fig", "Figure") else last
    prefix = " ".join(words[:-1])
    if prefix in ("Supplemental", "Supplementary"):
        prefix = "Supplementary"
    return " ".join(part for part in (prefix, kind, match["number"]) if part)


def _is_mention(rest: str, following: str, *, marked: bool) -> bool:
    """Whether what stands behind a label tells that a sentence names the figure."""
    if not rest:
        if following and not marked:
            return True
        return following[:1].islower() and not following.startswith("continued")
    if rest in (")", "-"):
        return not (marked and following[:1].isupper())
    return rest in ("—", "–") and bool(_OF_FIGURE.match(following))
