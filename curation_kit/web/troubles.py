"""Why there is no response, in plain words."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from curation_kit.errors import CurationKitError

if TYPE_CHECKING:
    import ssl

__all__ = ["Trouble", "WebError", "in_words"]


class Trouble(StrEnum):
    """Why there is no response."""

    ADDRESS = "address"  # or the proxy's, or what was to be sent, is not valid
    UNREACHABLE = "unreachable"
    TLS = "tls"
    SLOW = "slow"
    BROKEN = "broken"
    LARGE = "large"


class WebError(CurationKitError):
    """There is no response.

    Attributes
    ----------
    trouble
        Why.
    message, hint
        What is wrong, and what to do.
    sent
        Whether the request may have arrived all the same.
    """

    def __init__(
        self, trouble: Trouble, message: str, hint: str, *, sent: bool = False
    ) -> None:
        super().__init__(trouble, message, hint)
        self.trouble = trouble
        self.message = message
        self.hint = hint
        self.sent = sent

    def __str__(self) -> str:
        return self.message


#: What stands for an exception of httpx, by the name of the most special of its
#: classes that is here: trouble, what is wrong, what to do, whether it was sent.
_WORDS = {
    "ConnectTimeout": (
        Trouble.UNREACHABLE,
        "{host} does not answer.",
        "Check that it runs, its address, and the network.",
        False,
    ),
    "ConnectError": (
        Trouble.UNREACHABLE,
        "{host} cannot be reached.",
        "Check that it runs, its address, and the network.",
        False,
    ),
    "ProxyError": (
        Trouble.UNREACHABLE,
        "The proxy does not lead to {host}.",
        "Check the proxy and, if it asks for them, its user and password.",
        False,
    ),
    "TimeoutException": (
        Trouble.SLOW,
        "{host} did not answer within {timeout:g} s.",
        "Raise the timeout, or ask for less at once.",
        True,
    ),
    "NetworkError": (
        Trouble.BROKEN,
        "{host} broke off the connection.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "RemoteProtocolError": (
        Trouble.BROKEN,
        "{host} broke off the connection.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "DecodingError": (
        Trouble.BROKEN,
        "{host} sent what cannot be unpacked.",
        "Try again; if it stays, look at the service or the network.",
        True,
    ),
    "ImportError": (
        Trouble.ADDRESS,
        "A SOCKS proxy needs the package httpx[socks].",
        "Install it, or use another proxy.",
        False,
    ),
    "Exception": (
        Trouble.ADDRESS,
        "Nothing can be sent to {host}: {kind}.",
        "Check its address and the proxy; there may be no blanks or line breaks in it.",
        False,
    ),
}


def in_words(error: Exception, host: str, timeout: float) -> WebError:
    """Say why there is no response from a host, given an exception of httpx."""
    import ssl

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return WebError(
                Trouble.TLS,
                f"No secure connection to {host}: {_reason(cause)}.",
                "Check that the address begins rightly with http or https. For a "
                "certificate of your own institution, name its file in the "
                "environment variable SSL_CERT_FILE.",
            )
        cause = cause.__cause__ or cause.__context__  # httpcore raises from None
    names = [one.__name__ for one in type(error).__mro__]
    trouble, what, hint, sent = _WORDS[next(name for name in names if name in _WORDS)]
    message = what.format(host=host, timeout=timeout, kind=names[0])
    return WebError(trouble, message, hint, sent=sent)


def _reason(error: ssl.SSLError) -> str:
    import ssl

    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({error.verify_message})"
    return str(error.reason or "the server speaks no TLS").replace("_", " ").lower()
