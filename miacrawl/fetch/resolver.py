"""A DNS resolver that refuses names which lead to private addresses: checked on the answer that is connected to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from miacrawl.fetch.address import AddressPolicy, why_private

if TYPE_CHECKING:
    from twisted.internet.defer import Deferred


class PrivateAddressRefused(DNSLookupError):  # noqa: N818  reads as what happened
    """A name resolved to an address that is not on the public internet.

    Twisted's endpoints turn it into a look-up without result, so the reason is kept in `GuardedResolver.refused`.
    """


class GuardedResolver(CachingThreadedResolver):
    """Scrapy's caching resolver, refusing private answers (setting TWISTED_DNS_RESOLVER).

    There is one resolver for the whole process, so what is opened is kept on the class.
    """

    policy: ClassVar[AddressPolicy] = AddressPolicy()
    refused: ClassVar[dict[str, str]] = {}
    """Names refused so far, each with the reason in words."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802  Twisted's name
        """The IPv4 address of `name`; fails with PrivateAddressRefused where it is private and not opened."""
        found: Deferred[str] = super().getHostByName(name, timeout)
        return found.addCallback(self._checked, name)

    def _checked(self, address: str, name: str) -> str:
        if name.lower().rstrip(".") in {host for host, _ in self.policy.opened}:
            return address
        reason = why_private(address)
        if reason:
            self.refused[name] = f"refused: {name} leads to {reason}"
            raise PrivateAddressRefused(self.refused[name])
        return address
