"""Two threads that read what is to be shown, the first of which is overtaken."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Slow:
    """Holds back who comes first, and nobody else, until it is let go."""

    def __init__(self) -> None:
        self.inside, self.go_on = threading.Event(), threading.Event()

    def hold(self) -> None:
        """Wait here, the first time."""
        if not self.inside.is_set():
            self.inside.set()
            assert self.go_on.wait(30)


def overtake(
    slow: Slow, first: Callable[[], object], second: Callable[[], object]
) -> None:
    """Let the second thread begin while the first is held back, and both end."""
    one, two = (threading.Thread(target=work) for work in (first, second))
    one.start()
    assert slow.inside.wait(30)
    two.start()
    two.join(0.3)  # long enough for its end, if nothing keeps it back
    slow.go_on.set()
    one.join(30)
    two.join(30)
