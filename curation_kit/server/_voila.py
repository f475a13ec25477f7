"""Start Voilà on the dashboard notebook: local, with a token, without leaks."""

from __future__ import annotations

import html
import os
import secrets
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation_kit.errors import CurationKitError

if TYPE_CHECKING:
    from voila.app import Voila

__all__ = ["dashboard_notebook", "make_app", "serve_dashboard"]

NOTEBOOK = "batch_processing.ipynb"

#: Voilà's own first choice.
DEFAULT_PORT = 8866

#: A tab that was closed leaves its kernel behind (Voilà's shutdown request is
#: refused without its _xsrf cookie): idle ones are ended after these seconds.
CULL_AFTER = 600
CULL_INTERVAL = 60


def dashboard_notebook() -> Path:
    """Path of the dashboard's notebook: in the wheel, or in the checkout.

    Raises
    ------
    CurationKitError
        If it is in neither place.
    """
    package = Path(__file__).parents[1]
    places = (package / "notebooks" / NOTEBOOK, package.parent / "notebooks" / NOTEBOOK)
    for path in places:
        if path.is_file():
            return path
    raise CurationKitError(
        f"The dashboard's notebook {NOTEBOOK} is missing from the installation: "
        "install curation-kit again."
    )


def serve_dashboard(
    workspace: Path,
    *,
    port: int | None = None,
    open_browser: bool = True,
    token: str | None = None,
) -> None:
    """Serve the dashboard of a workspace on this computer until Ctrl-C.

    Parameters
    ----------
    workspace
        Folder of the workspace; kernels find it in ``CURATION_KIT_WORKSPACE``.
    port
        Port on 127.0.0.1; the first free one from 8866 on when left out.
    open_browser
        Whether to open the page.
    token
        Secret that the address carries; a random one when left out.

    Raises
    ------
    CurationKitError
        If the port is taken.
    """
    app = make_app(workspace, port=port, open_browser=open_browser, token=token)
    place = str(workspace.absolute())
    # A page that is opened later must not make a workspace anew that is lost.
    served = place if (workspace / "curation.sqlite").is_file() else ""
    with (
        _environment("CURATION_KIT_WORKSPACE", place),
        _environment("CURATION_KIT_SERVED", served),
    ):
        try:
            app.start()
        except SystemExit as error:  # Voilà found no port
            raise CurationKitError(
                f"Port {app.port} is in use: choose another one with --port."
            ) from error
        finally:
            app.feed.close()
            if app.way_in is not None:
                app.way_in.unlink(missing_ok=True)


def make_app(
    workspace: Path, *, port: int | None, open_browser: bool, token: str | None = None
) -> Voila:
    """Give the configured Voilà application, not yet started."""
    from jupyter_server.log import log_request
    from jupyter_server.utils import url_path_join
    from traitlets.config import Config
    from voila.app import Voila

    from curation_kit.server._door import Door
    from curation_kit.server._feed import Feed
    from curation_kit.server._handlers import curation_handlers

    class Dashboard(Voila):
        """Voilà that serves ``/curation`` too, and tells its address with the token."""

        feed = Feed(workspace)
        way_in: Path | None = None

        @property
        def address(self) -> str:
            return f"http://{self.ip}:{self.port}/?token={self.identity_provider.token}"

        def init_handlers(self) -> list[Any]:
            ours = curation_handlers(self.server_url, self.feed)
            door = (url_path_join(self.server_url, "login"), Door)
            return [door, *ours, *super().init_handlers()]

        def listen(self) -> None:
            import tornado.ioloop

            # Runs once the port is bound: listen() itself returns at the end.
            loop = tornado.ioloop.IOLoop.current()
            loop.add_callback(self.tell)
            super().listen()

        def tell(self) -> None:
            print(  # noqa: T201 - the way to the page
                f"The dashboard is at {self.address}\nPress Ctrl-C to stop it; "
                "running jobs go on.",
                flush=True,
            )
            if open_browser:
                self.way_in = _way_in(self.address)
                threading.Thread(
                    target=webbrowser.open, args=(self.way_in.as_uri(),), daemon=True
                ).start()

    config = Config()
    config.Voila.ip = "127.0.0.1"
    config.Voila.port = port or DEFAULT_PORT
    config.Voila.port_retries = 0 if port else 50
    config.Voila.open_browser = False  # Voilà would leave out the token
    config.Voila.log_level = "WARN"
    config.Voila.token = token or secrets.token_urlsafe(24)
    # Tornado's own would log the token of a request that fails.
    config.Voila.tornado_settings = {"log_function": log_request}
    config.VoilaConfiguration.theme = "light"
    config.VoilaConfiguration.show_tracebacks = True
    config.MappingKernelManager.cull_idle_timeout = CULL_AFTER
    config.MappingKernelManager.cull_interval = CULL_INTERVAL
    config.MappingKernelManager.cull_connected = False
    app = Dashboard(config=config)
    app.initialize([str(dashboard_notebook())])
    return app


def _way_in(address: str) -> Path:
    """Write a page that only its owner can read and that leads to an address.

    The arguments of a process are there for everybody to read, so those of the
    browser must not have the token; as Jupyter Server does.
    """
    handle, name = tempfile.mkstemp(prefix="curation-kit-", suffix=".html")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(
            '<!DOCTYPE html><meta charset="utf-8"><title>Curation Kit</title>'
            f'<meta http-equiv="refresh" content="0; url={html.escape(address)}">'
            f'<p><a href="{html.escape(address)}">To the dashboard</a></p>'
        )
    return Path(name)


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Set an environment variable that the kernels inherit, for a while."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
