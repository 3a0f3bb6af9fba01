"""Redirects within bounds: to web addresses of a sane length, not in a circle, without credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware, RedirectMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, Request

from miacrawl.fetch.failure import BrokenAnswer
from miacrawl.urls import MAX_URL_LENGTH, site_of, without_credentials

if TYPE_CHECKING:
    from scrapy.http import Response

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEAD_BYTES = 2**14
"""Scrapy looks at the first 4,096 characters."""
_PERSONAL = ("Cookie", "Authorization", "Proxy-Authorization")


class BoundedRedirects(RedirectMiddleware):
    """Scrapy's middleware, with a reason for the ledger where a redirect leads nowhere: BrokenAnswer."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request that follows the redirect, or the response where it is none."""
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location is not None:
            _check(request.url, location)
        try:
            follow = super().process_response(request, response)
        except IgnoreRequest as error:
            raise BrokenAnswer(f"more than {self.max_redirect_times} redirects (max redirections reached)") from error
        if _is_circle(request, follow):
            raise BrokenAnswer("redirects in a circle (max redirections reached)")
        return _followed(request, follow)


class BoundedMetaRefresh(MetaRefreshMiddleware):
    """The same for pages that say `<meta http-equiv=refresh>`; one that can't be followed is read as it is."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request that follows the page's redirect, or the response where it has none."""
        head = _head(response)
        try:
            follow = super().process_response(request, head)
            if follow is head or (isinstance(follow, Request) and len(follow.url) > MAX_URL_LENGTH):
                return response
        except ValueError:
            return response
        except IgnoreRequest as error:
            raise BrokenAnswer(f"more than {self.max_redirect_times} redirects (max redirections reached)") from error
        # Pages that load themselves anew every minute are pages.
        return response if _is_circle(request, follow) else _followed(request, follow)


def _head(response: Response) -> Response:
    """What Scrapy looks through for a `<meta>`; it would decode all of a page, by whatever codec the page names."""
    if not isinstance(response, HtmlResponse) or len(response.body) <= _HEAD_BYTES:
        return response
    headers = response.headers
    return HtmlResponse(response.url, status=response.status, headers=headers, body=response.body[:_HEAD_BYTES])


def _check(url: str, location: bytes) -> None:
    """Raise BrokenAnswer where `location`, as the answer to `url`, is not to be followed."""
    if len(location) > MAX_URL_LENGTH:
        raise BrokenAnswer(f"redirects to an address longer than {MAX_URL_LENGTH:,} characters")
    try:
        target = urlsplit(urljoin(url, location.decode("latin-1").strip()))
        usable = target.scheme in ("http", "https") and bool(target.hostname) and target.port != 0
    except ValueError:
        raise BrokenAnswer("redirects to what is no address") from None
    if target.scheme not in ("http", "https"):
        raise BrokenAnswer(f"redirects to no web address ({target.scheme[:20]}:)")
    if not usable:
        raise BrokenAnswer("redirects to what is no address")


def _is_circle(request: Request, follow: Request | Response) -> bool:
    """Whether what `follow` asks for was asked for before on this way."""
    return isinstance(follow, Request) and follow.url in (request.url, *request.meta.get("redirect_urls", ()))


def _followed(request: Request, follow: Request | Response) -> Request | Response:
    """`follow` without what is nobody else's business."""
    if not isinstance(follow, Request):
        return follow
    if site_of(follow.url) != site_of(request.url):
        # Scrapy keeps cookies for other ports of a machine.
        for name in _PERSONAL:
            follow.headers.pop(name, None)
    plain = without_credentials(follow.url)
    return follow if plain == follow.url else follow.replace(url=plain)
