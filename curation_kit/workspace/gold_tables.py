"""Tables of known truth that are kept in a workspace."""

from __future__ import annotations

import secrets
from pathlib import Path

from curation_kit.documents.document import clean_name
from curation_kit.errors import CurationKitError, NotFound
from curation_kit.evaluation import GOLD_SUFFIXES, read_gold

__all__ = ["GoldTables"]

#: Beginnings of the names of hidden files, and of those that Excel has open.
_NOT_MEANT = (".", "~$")


class GoldTables:
    """The gold tables in the folder of a workspace, and in its folder ``gold``.

    Parameters
    ----------
    folder
        The folder of the workspace.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """Names of the tables, those of the folder ``gold`` as ``gold/NAME``."""
        files = [*self._folder.glob("*"), *(self._folder / "gold").glob("*")]
        return sorted(
            path.relative_to(self._folder).as_posix()
            for path in files
            if path.suffix.lower() in GOLD_SUFFIXES
            and not path.name.startswith(_NOT_MEANT)
            and path.is_file()
        )

    def path(self, name: str) -> Path:
        """File of a table.

        Raises
        ------
        NotFound
            If there is none of this name.
        """
        if name not in self.names():
            raise NotFound(
                f'There is no gold table "{name}" in the workspace {self._folder}.'
            )
        return self._folder / name

    def add(self, name: str, content: bytes) -> str:
        """Keep a table in the folder ``gold``; one of the same name is replaced.

        Parameters
        ----------
        name
            Its file name, which says the format: .csv, .tsv, .tab, .txt or .xlsx.

        Returns
        -------
        str
            Its name among `names`.

        Raises
        ------
        CurationKitError
            If it is not a gold table: then nothing is kept.
        """
        file = clean_name(name)
        if Path(file).suffix.lower() not in GOLD_SUFFIXES:
            raise CurationKitError(
                f"{file} is not a gold table: give a file that ends with "
                f"{', '.join(GOLD_SUFFIXES[:-1])} or {GOLD_SUFFIXES[-1]}."
            )
        target = self._folder / "gold" / file
        target.parent.mkdir(exist_ok=True)
        # Of its own: two may add a table of one name at the same time.
        coming = target.with_name(f".{secrets.token_hex(4)}{target.suffix}")
        try:
            coming.write_bytes(content)
            read_gold(coming, name=file)
            coming.replace(target)
        finally:
            coming.unlink(missing_ok=True)
        return f"gold/{file}"
