"""Tables and pictures of gene expression records, where plain pandas is clumsy.

They take tables as ``job.results`` gives them. A record says that a gene is
expressed somewhere, or (``negated``) that it is not; papers may contradict each
other, and a table that only counts rows hides both.
"""

from __future__ import annotations

import math
import re
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from curation_kit.documents.papers import Papers, told_namesakes
from curation_kit.errors import CurationKitError
from curation_kit.phrases import shown
from curation_kit.records import Verdict, Verification, truth_value
from curation_kit.species import SPECIES_OF_TAXON
from curation_kit.vocabulary import resolve_stage, stage_ontology, stage_rank

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = [
    "believable",
    "gene_by_anatomy",
    "heat_map",
    "join_results",
    "stage_timeline",
]

#: What the records of a cell say together, and its colour in a picture.
STATEMENTS = {"expressed": "#3b7dbf", "not expressed": "#f2a65a", "both": "#8e5ea2"}

#: What two jobs are compared by.
_PLACE = ("document", "gene_symbol", "anatomy_label")

#: Columns that may say nothing.
_TEXTS = ("gene_symbol", "anatomy_label", "stage_label", "stage_id", "taxon")

#: Without these, nothing can be said.
_NEEDED = (*_PLACE, "negated", "verification", "review")

#: Ends the name of a stage whose place in development is not known.
UNPLACED = "(order unknown)"


def believable(results: pd.DataFrame) -> pd.DataFrame:
    """Rows whose quote is in the paper and that no curator has rejected.

    Verified and approximate quotes count; what the gate asks to check does too.
    The other functions of this module leave the other rows out.
    """
    _check(results)
    # Not by their order: of a table that was read from a file they are bare texts.
    kinds = [Verification.VERIFIED.value, Verification.APPROXIMATE.value]
    found = results["verification"].isin(kinds)
    # As objects: an empty cell is equal to nothing, or of a type that knows no text.
    rejected = results["review"].astype(object).isin([Verdict.REJECTED.value])
    return results[found & ~rejected]


def _check(results: Any) -> None:
    """Raise `CurationKitError` unless this is a table of gene expression records."""
    if not hasattr(results, "columns"):
        raise CurationKitError(
            f"This is no table of records, but {shown(results)}: give job.results."
        )
    if missing := [name for name in _NEEDED if name not in results.columns]:
        raise CurationKitError(
            f"The table has no column {', '.join(missing)}: give job.results of a flow "
            "that finds gene expression."
        )


def _read(results: pd.DataFrame) -> pd.DataFrame:
    """The table with nothing for empty text, as which some read it from a file."""
    _check(results)
    texts = [name for name in _TEXTS if name in results.columns]
    return results.assign(**{n: results[n].mask(results[n] == "") for n in texts})


def gene_by_anatomy(results: pd.DataFrame) -> pd.DataFrame:
    """Where each gene is expressed, and where it is not.

    Returns
    -------
    DataFrame
        A row per gene and a column per place, both by name; ``expressed``,
        ``not expressed``, or ``both`` where some records say the one and some
        the other (of other stages, or in contradiction: look at them); missing
        where none says anything.
    """
    by = ["gene_symbol", "anatomy_label"]
    table: Any = _statements(_read(results), by).unstack("anatomy_label")  # noqa: PD010 - nothing to aggregate
    found: pd.DataFrame = table
    return found


def stage_timeline(results: pd.DataFrame, *, taxon: str) -> pd.DataFrame:
    """When each gene is expressed at each place, and when it is not.

    Parameters
    ----------
    results
        As for `gene_by_anatomy`.
    taxon
        The species, as in the column ``taxon``: stages of several have no order.

    Returns
    -------
    DataFrame
        What is said, as of `gene_by_anatomy`, with a row per gene and place
        (empty where none is named), the earliest first, and a column per stage in
        the order of development. Stages whose place in it is not known come last,
        by name and number, and say ``(order unknown)``.

    Raises
    ------
    CurationKitError
        If no row is of this species.
    """
    results = _read(results)
    rows = results[results["taxon"] == taxon].fillna({"anatomy_label": ""})
    if rows.empty:
        there = ", ".join(sorted(results["taxon"].dropna().unique())) or "none"
        raise CurationKitError(f"No row is of {taxon}. The species here: {there}.")
    by = ["gene_symbol", "anatomy_label", "stage_label"]
    table: Any = _statements(rows, by).unstack("stage_label")  # noqa: PD010 - nothing to aggregate
    ids = rows.groupby("stage_label")["stage_id"].first().to_dict()
    order = {label: _stage_order(label, ids[label], taxon) for label in table}
    stages = sorted(table, key=order.__getitem__)
    found: pd.DataFrame = table[stages]
    if not found.empty:
        first = found.notna().to_numpy().argmax(axis=1)
        found = found.iloc[first.argsort(kind="stable")]
    unknown = [label for label in stages if math.isinf(order[label][0])]
    return found.rename(columns={label: f"{label} {UNPLACED}" for label in unknown})


def _stage_order(label: str, term_id: Any, taxon: str) -> tuple[Any, ...]:
    """Rank of a stage, then its name with numbers as such."""
    ids = [term_id] if isinstance(term_id, str) else []
    if species := SPECIES_OF_TAXON.get(taxon):
        if not ids:  # ambiguous: the earliest it may be
            ids = [match.id for match in resolve_stage(label, species.key)]
        ids = [i for i in ids if i.startswith(f"{stage_ontology(species.key)}:")]
    parts = re.split(r"(\d+)", label.casefold())
    parts[1::2] = [f"{int(digits):09}" for digits in parts[1::2]]
    return min(map(stage_rank, ids), default=math.inf), parts


def join_results(
    first: pd.DataFrame,
    second: pd.DataFrame,
    *,
    names: tuple[str, str] = ("first", "second"),
) -> pd.DataFrame:
    """What two jobs say about the same genes and places of the same papers.

    Papers are joined by ``document_id``, or by name where a row has none (or one of
    another kind, such as a PubMed id), and a warning tells those of one name and
    different ids; genes and places by name: let both flows end with the same
    validators. Rows without a place are joined as such.

    Parameters
    ----------
    first, second
        Results of two flows, or of two runs.
    names
        What their columns are called.

    Returns
    -------
    DataFrame
        A row per document, gene and place (the index), what either says
        (``expressed``, ``not expressed``, ``both`` or missing), and ``change``:
        ``same``, ``changed``, ``gained`` (only the second has it), ``lost``. Papers
        are called as in the second, with the start of the id if others have the name.

    Raises
    ------
    CurationKitError
        If one is no table of gene expression, a row without an id has the name of
        several papers, or `names` will not do.
    """
    import pandas as pd

    tables = {"first table": first, "second table": second}
    tables = {what: _read(table) for what, table in tables.items()}
    given = isinstance(names, list | tuple) and all(isinstance(n, str) for n in names)
    if not given or [len(names), len({*names} - {"change"})] != [2, 2]:
        raise CurationKitError(
            f"names={names!r} should be two names that differ, and neither of them "
            '"change": they are columns of the table.'
        )
    papers = Papers(tables)
    if others := told_namesakes(papers.namesakes(*tables)):
        warnings.warn(others.strip(), stacklevel=2)
    one, other = (
        _statements(
            table.fillna({"anatomy_label": ""}).assign(
                document=[papers.name(key) for key in papers[what]]
            ),
            _PLACE,
        )
        for what, table in tables.items()
    )
    joined = pd.concat([one, other], axis=1, keys=names, sort=True)
    joined = joined.rename_axis(index=list(_PLACE))
    old, new = joined[names[0]], joined[names[1]]
    change = pd.Series("changed", index=joined.index).mask(old == new, "same")
    change = change.mask(old.isna(), "gained").mask(new.isna(), "lost")
    kinds = ["same", "changed", "gained", "lost"]
    return joined.assign(change=pd.Categorical(change, kinds))


def _statements(results: pd.DataFrame, by: Sequence[str]) -> pd.Series[Any]:
    """What the believable rows of each group say together."""
    import pandas as pd

    rows = believable(results).dropna(subset=list(by))
    # Read from a file it may be text, and "false" is as true as any.
    said = {cell: truth_value(cell) for cell in rows["negated"].dropna().unique()}
    if odd := [cell for cell, flag in said.items() if flag is None]:
        raise CurationKitError(
            f"The column negated has {shown(odd[0])}: it should be true or false."
        )
    keys = [rows[name].astype("str") for name in by]  # two jobs have other categories
    negated = rows["negated"].astype(object).map(said).eq(other=True).groupby(keys)
    every, some = negated.all(), negated.any()
    found = pd.Series("both", index=every.index, dtype="str")
    return found.mask(every, "not expressed").mask(~some, "expressed")


def heat_map(table: pd.DataFrame, *, title: str = "", axes: Axes | None = None) -> Axes:
    """Draw a table of statements, or of numbers, as coloured cells.

    Parameters
    ----------
    table
        As of `gene_by_anatomy` or `stage_timeline`; or numbers, for instance of
        records, as ``pandas.crosstab`` gives them.
    title
        Above the picture.
    axes
        Where to draw; a new figure of a fitting size when left out.

    Raises
    ------
    CurationKitError
        If matplotlib is not installed, or the table is empty.
    """
    try:
        import matplotlib.pyplot as plt
        from matplotlib.colors import ListedColormap
        from matplotlib.patches import Patch
        from matplotlib.ticker import MaxNLocator
    except ImportError as error:
        raise CurationKitError(
            "A heat map is drawn by matplotlib: install it, pip install matplotlib."
        ) from error
    if not hasattr(table, "columns"):
        raise CurationKitError(
            f"This is no table, but {shown(table)}: give one, for instance "
            "ck.gene_by_anatomy(job.results)."
        )
    if "quote" in table:
        raise CurationKitError(
            "These are records: draw a table of them, for instance "
            "ck.gene_by_anatomy(job.results)."
        )
    if table.empty:
        raise CurationKitError("There is nothing to draw: the table has no rows.")
    names = [
        " · ".join(filter(None, row)) if isinstance(row, tuple) else str(row)
        for row in table.index
    ]
    if axes is None:
        beside, below = max(map(len, names)), max(len(str(name)) for name in table)
        size = (
            1.6 + 0.085 * beside + 0.32 * len(table.columns),
            0.5 + 0.06 * below + 0.28 * len(table),
        )
        axes = plt.subplots(figsize=size, layout="constrained")[1]
    words = [word for word in STATEMENTS if (table == word).any(axis=None)]
    edges: dict[str, Any] = {"edgecolors": "white", "linewidth": 1.5}
    if words:
        cells = table.replace({word: n for n, word in enumerate(words)}).astype(
            "Float64"
        )
        colors = ListedColormap([STATEMENTS[word] for word in words])
        values = cells.to_numpy(dtype=float, na_value=float("nan"))
        axes.pcolormesh(values, cmap=colors, vmin=-0.5, vmax=len(words) - 0.5, **edges)
        axes.legend(
            handles=[Patch(color=STATEMENTS[word], label=word) for word in words],
            loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False,
        )  # fmt: skip
    else:
        numbers = table.where(table != 0).to_numpy(dtype=float, na_value=float("nan"))
        drawn = axes.pcolormesh(numbers, cmap="Blues", vmin=0, **edges)
        whole = all(kind.kind in "iu" for kind in table.dtypes)
        axes.figure.colorbar(drawn, ax=axes, ticks=MaxNLocator(5, integer=whole))
    axes.set_xticks(
        [n + 0.5 for n in range(len(table.columns))], table.columns, rotation=45,
        ha="right", rotation_mode="anchor",
    )  # fmt: skip
    axes.set_yticks([n + 0.5 for n in range(len(table))], names)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.set_facecolor("#f4f4f4")
    axes.spines[:].set_visible(False)
    axes.set_title(title, loc="left")
    return axes
