"""What stands between the tokens of a quote and of the paper: when it matters.

Spaces and punctuation do not, with these exceptions: whatever stands between
two digits (``1.5``, ``10-15``, ``10^5``), signs (``-5``, ``CD4-``, ``(-)``),
and a space that makes another word (``not able``, ``notable``).
"""

from __future__ import annotations

import re

__all__ = ["TURNING", "same_gap", "sign_after", "sign_before"]

#: Word beginnings that turn the rest around, or that are words of their own.
TURNING = frozenset({"a", "an", "de", "dis", "im", "in", "ir", "no", "not", "un"})
#: Digits after the comma of 1,000.
_THOUSAND = 3
#: Signs that a font does not name: a minus before a digit, a degree behind it.
_UNKNOWN = r"[\x00-\x08\x0e-\x1f\x7f\ue000-\uf8ff]"
_LEADING = re.compile(rf"(?<=[^-\w])-(?=\s*$)|(?<=[^-\w])\.$|{_UNKNOWN}$")
_TRAILING = re.compile(rf"-(?=[^-\w])|{_UNKNOWN}")
_SIGN = re.compile(rf"[-.]|{_UNKNOWN}")
_INNER = re.compile(r"[(\[]\s*(-)\s*[)\]]")
_LINE_BREAK = re.compile(r"\^?-\s+")
_SPACED_DASH = re.compile(r"(?<=\s)-+(?=\s)")


def same_gap(paper: str, claimed: str, left: str, right: str) -> bool:
    """Whether two gaps between the same characters say the same.

    Parameters
    ----------
    paper, claimed
        The gaps, folded; empty where the tokens are printed together.
    left, right
        The tokens on either side (in whichever text parts them), empty at the
        ends of the text.
    """
    if paper == claimed:
        return True
    before, after = left[-1:], right[:1]
    if before.isdigit() and after.isdigit():
        return _between_digits(paper, right) == _between_digits(claimed, right)
    if left == "e" and after.isdigit() and ("-" in paper) != ("-" in claimed):
        return False  # 1e-5
    letters = before.isalpha() and after.isalpha()
    hyphens = "-" in paper and "-" in claimed
    if _signs(paper, before, after) != _signs(claimed, before, after) and not (
        (letters and hyphens) or (_broken(paper, claimed) and (letters or hyphens))
    ):
        return False
    # "in active" is not "inactive", though "in-active" is.
    turned = letters and _is_space(paper) != _is_space(claimed)
    return not (turned and left in TURNING)


def sign_before(gap: str, token: str) -> str:
    """Sign that a gap puts before the token that follows it, or nothing."""
    return _signs(gap, "", token[:1])[0]


def sign_after(gap: str, token: str) -> str:
    """Sign that a gap puts after the token that it follows, or nothing."""
    _, trails, inner = _signs(gap, token[-1:], "")
    return trails or (inner if gap[:1] in "([" else "")


def _between_digits(gap: str, right: str) -> str:
    if gap == "," and len(right) == _THOUSAND:
        return ""
    return "".join(gap.split()) or " " * bool(gap)


def _signs(gap: str, before: str, after: str) -> tuple[str, str, str]:
    """Signs in a gap: before what follows, after what precedes, in brackets."""
    gap = gap.replace("^-", "-")  # raised or not: CD4⁻, CD4-
    if not before.isalnum():
        gap = " " + gap  # after a sign or at the start a hyphen leads
    if not after.isalnum():
        gap += " "
    if not _SIGN.search(gap):
        return ("", "", "")
    if before.isalnum() and after.isalnum():  # "= - 5" is a sign all the same
        gap = _SPACED_DASH.sub("", gap)
    leads = _LEADING.search(gap)
    lead = leads[0] if leads and (after.isdigit() or leads[0] == "-") else ""
    trails = _TRAILING.match(gap)
    trail = trails[0] if trails and (before.isdigit() or trails[0] == "-") else ""
    inner = _INNER.search(gap)
    return (lead, trail, inner[1] if inner else "")


def _broken(paper: str, claimed: str) -> bool:
    """Whether one of them breaks a word at a line's end and the other does not."""
    return any(
        _LINE_BREAK.fullmatch(broken) and whole in {"", "-", "^-"}
        for broken, whole in ((paper, claimed), (claimed, paper))
    )


def _is_space(gap: str) -> bool:
    return bool(gap) and not gap.startswith("-")
