"""Start Voilà on the dashboard notebook: local, with a token, without leaks."""

from __future__ import annotations

import importlib
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from curation_kit.errors import CurationKitError

if TYPE_CHECKING:
    from curation_kit.server._dashboard import Dashboard

__all__ = ["dashboard_notebook", "make_app", "serve_dashboard"]

NOTEBOOK = "batch_processing.ipynb"

#: Voilà's own first choice.
DEFAULT_PORT = 8866

#: The kernel of a page that is closed ends at once, by a last request of the page.
#: One whose page vanished (a browser that crashed, a computer that sleeps) ends
#: after these seconds; till then the page finds it again.
CULL_AFTER = 600
CULL_INTERVAL = 60


#: What a page with our widgets loads; Voilà would load every extension of
#: JupyterLab that is installed.
EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
]

#: Longest path of a socket on macOS, and what a kernel's has after the folder for
#: temporary files: ``/voila_12345678/kernel-UUID-ipc-5``.
SOCKET_PATH = 103
SOCKET_NAME = 66


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
    cull_after: int = CULL_AFTER,
    cull_interval: int = CULL_INTERVAL,
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
    cull_after, cull_interval
        Seconds after which an idle kernel without a page is ended, and between
        two looks for such kernels.

    Raises
    ------
    CurationKitError
        If the port is taken, or the workspace cannot be opened.
    """
    from curation_kit.workspace import Workspace

    app = make_app(
        workspace,
        port=port,
        open_browser=open_browser,
        token=token,
        cull_after=cull_after,
        cull_interval=cull_interval,
    )
    place = str(workspace.absolute())
    # Made now: a page that is opened later must not make one anew that is lost.
    Workspace(workspace).close()
    with (
        _environment("CURATION_KIT_WORKSPACE", place),
        _environment("CURATION_KIT_SERVED", place),
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
    workspace: Path,
    *,
    port: int | None,
    open_browser: bool,
    token: str | None = None,
    cull_after: int = CULL_AFTER,
    cull_interval: int = CULL_INTERVAL,
) -> Dashboard:
    """Give the configured Voilà application, not yet started."""
    _import_jsonschema()

    from jupyter_core.paths import jupyter_config_path
    from traitlets.config import Config

    from curation_kit.server._dashboard import Dashboard
    from curation_kit.server._feed import Feed
    from curation_kit.server._kernels import ReadyKernels
    from curation_kit.server._noise import log_failure

    config = Config()
    config.Voila.ip = "127.0.0.1"
    config.Voila.port = port or DEFAULT_PORT
    config.Voila.port_retries = 0 if port else 50
    config.Voila.open_browser = False  # Voilà would leave out the token
    config.Voila.log_level = "WARN"
    config.Voila.token = token or secrets.token_urlsafe(24)
    # Not the folder that one happens to be in: a file of settings is a program.
    config.Voila.config_file_paths = jupyter_config_path()
    config.Voila.tornado_settings = {"log_function": log_failure}
    config.VoilaConfiguration.theme = "light"
    config.VoilaConfiguration.show_tracebacks = True
    config.VoilaConfiguration.allow_template_override = "NO"
    config.VoilaConfiguration.extension_allowlist = EXTENSIONS
    config.VoilaConfiguration.multi_kernel_manager_class = ReadyKernels
    config.MappingKernelManager.cull_idle_timeout = cull_after
    config.MappingKernelManager.cull_interval = cull_interval
    config.MappingKernelManager.cull_connected = False
    if folder := _socket_folder():
        # What a kernel publishes can be read by every user of a computer at a port,
        # but not at a socket in a folder of one's own.
        config.KernelManager.transport = "ipc"
        config.Voila.connection_dir_root = folder
    app = Dashboard(
        Feed(workspace, create=False), open_browser=open_browser, config=config
    )
    app.initialize([str(dashboard_notebook())])
    return app


def _import_jsonschema() -> None:
    """Import what Jupyter checks its files with, but no parser of IRIs.

    That parser is built when it is imported, which takes two thirds of the time in
    which the server starts; no schema of Jupyter asks for it.
    """
    parser = "rfc3987_syntax"
    if parser in sys.modules:
        return
    sys.modules[parser] = None  # type: ignore[assignment] # raises ImportError
    try:
        importlib.import_module("jsonschema")
    finally:
        del sys.modules[parser]


def _socket_folder() -> str:
    """Give the folder for the sockets of kernels; empty where there can be none."""
    if sys.platform == "win32":
        return ""
    places = (tempfile.gettempdir(), "/tmp")  # noqa: S108 - Voilà makes a private folder
    return next((p for p in places if len(p) + SOCKET_NAME <= SOCKET_PATH), "")


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
