"""Labels of the figures and tables that a quote names."""

from __future__ import annotations

import re

__all__ = ["figure_labels"]

_FIGURE = re.compile(
    r"\b(?P<kind>Supplementary\s+Fig(?:ure)?s?|Supplemental\s+Fig(?:ure)?s?"
    r"|Extended\s+Data\s+Fig(?:ure)?s?|Fig(?:ure)?s?|Tables?)\b\.?\s*"
    r"(?P<numbers>S?\d+[A-Za-z]?{range}"
    # A lower-case "a" in such a list is the article: "Figure 2 and a control".
    r"(?:\s?(?:,\s?(?:and|&)|,|and|&)\s?"
    r"(?:S?\d+[A-Za-z]?|(?-i:[A-Zb-z])){end}{range})*)".replace(
        "{range}", r"(?:\s?[–-]\s?(?:S?\d+[A-Za-z]?|[A-Za-z])(?![A-Za-z0-9]))?"
    ).replace("{end}", r"(?![A-Za-z0-9])"),
    re.IGNORECASE,
)


def figure_labels(quote: str) -> list[str]:
    """Figures and tables that a quote names, as ``Figure 1A`` or ``Table 2``.

    Each once, in order of appearance; ``Figs. 2B and 3`` gives both.
    """
    labels: list[str] = []
    for match in _FIGURE.finditer(quote):
        words = match["kind"].lower().split()
        kind = "Table" if words[-1].startswith("table") else "Figure"
        prefix = " ".join(word.capitalize() for word in words[:-1])
        previous = ""
        for part in re.split(
            r"\s*(?:,\s*(?:and\b|&)|,|\band\b|&)\s*", match["numbers"]
        ):
            number = part.strip()
            if re.fullmatch(r"[A-Za-z](\s?[–-]\s?[A-Za-z])?", number):
                # "Fig. 2A, B": the B is of figure 2
                number = re.sub(r"(?<=\d)[A-Za-z].*$", "", previous) + number
            previous = number
            label = " ".join(word for word in (prefix, kind, number) if word)
            if number and label not in labels:
                labels.append(label)
    return labels
