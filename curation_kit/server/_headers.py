"""What the browser may do with what this server sends: headers of all answers."""

from __future__ import annotations

from tornado.httputil import HTTPHeaders
from tornado.web import OutputTransform

__all__ = ["PAGE_POLICY", "SafeHeaders"]

#: Content-Security-Policy of pages. A paper's name or text that got into the page
#: as markup could neither run a script nor send anything away.
_PAGE_DIRECTIVES = (
    "default-src 'self'",
    # blob: anywidget imports the script of a widget from one. The hash is that
    # of the one line that Voilà writes into a page which takes long to come.
    "script-src 'self' blob: 'sha256-m16tKAZfrqdfaIlK4k9Uc4bmwJm0z0f+0b2ahSGv/Ko='",
    # ipywidgets and JupyterLab put style sheets and style attributes in the page.
    "style-src 'self' 'unsafe-inline'",
    # Previews of papers, and icons in the style sheets of JupyterLab.
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'self'",
)
PAGE_POLICY = "; ".join(_PAGE_DIRECTIVES)

#: Of everything else: nobody is to show it as a page of ours.
OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


class SafeHeaders(OutputTransform):
    """Adds them; here, because Tornado's handlers of files know no default headers."""

    def transform_first_chunk(
        self,
        status_code: int,
        headers: HTTPHeaders,
        chunk: bytes,
        finishing: bool,  # noqa: FBT001 - as Tornado gives it
    ) -> tuple[int, HTTPHeaders, bytes]:
        """Set the headers of an answer."""
        del finishing
        page = headers.get("Content-Type", "").startswith("text/html")
        headers["Content-Security-Policy"] = PAGE_POLICY if page else OTHER_POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        # Not no-referrer: with that, browsers hide the origin of a page's last
        # request, the one that ends its kernel, and it would be refused.
        headers["Referrer-Policy"] = "same-origin"
        return status_code, headers, chunk
