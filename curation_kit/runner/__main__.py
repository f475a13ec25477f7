"""``python -m curation_kit.runner WORKSPACE``: the detached runner."""

import sys
from pathlib import Path

from curation_kit.runner.process import main

sys.exit(main(Path(sys.argv[1])))
