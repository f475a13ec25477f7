"""``python -m curation_kit.cli``: the command, without its script."""

from curation_kit.cli import main

main()
