import pytest

from curation_kit.agents.gene_expression.language.coordination import shared_heads


def names(text: str, last: str, known: set[str]) -> list[tuple[str, str]]:
    """Give the words of a sentence that share a head, each with its name in full."""
    start = text.index(last)
    found = shared_heads(text, [(start, start + len(last))], known.__contains__)
    return [(text[at:end], name) for at, end, name in found]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("in eye and antennal discs", ["eye"]),
        ("in eye, wing, and antennal discs", ["eye", "wing"]),
        ("in eye or antennal discs", ["eye"]),
        ("from eye to antennal discs", ["eye"]),
        ("in eye, antennal discs", []),
        ("in eyes and antennal discs", []),
    ],
)
def test_names_before_the_last_get_its_head(text: str, words: list[str]) -> None:
    """Where all but the last lack it, and what is put together is a name."""
    found = names(text, "antennal discs", {"eye discs", "wing discs"})

    assert found == [(word, f"{word} discs") for word in words]


def test_a_name_of_one_word_has_no_head_to_share() -> None:
    """Nothing is put together with what stands before it."""
    assert names("in eye and discs", "discs", {"eye discs", "eye "}) == []


def test_a_list_is_followed_back_only_so_far() -> None:
    """A sentence may be long, and lists of names are not."""
    many = "eye, " + "unknown, " * 8 + "and antennal discs"

    assert names(many, "antennal discs", {"eye discs"}) == []


def test_half_a_word_is_no_name() -> None:
    """Where the words that are looked at begin, one may be cut."""
    for length in range(30, 60):
        text = f"nonwing, {'x' * length} and antennal discs"
        assert names(text, "antennal discs", {"wing discs", "ing discs"}) == []
