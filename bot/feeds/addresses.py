"""Which addresses may be fetched: public ones, checked after DNS and at the moment of connecting, on every hop.

A feed or a photo is somebody else's input; without this it could make the bot read its operator's own network.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore

# Python's is_global says yes to these: Azure's host, the old 6to4 relay, and (IPv6) everything that wraps an IPv4
# address or is reserved. Of IPv6 only 2000::/3 is given out to the public at all.
NOT_PUBLIC_4 = tuple(IPv4Network(net) for net in ("168.63.129.16/32", "192.88.99.0/24"))
PUBLIC_6 = IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


class AddressNotPublic(httpcore.ConnectError):
    """The host is, or resolves to, an address that is not public."""


def is_public(address: str) -> bool:
    """For an address as the resolver gives it. Whatever is not surely public is not."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv4Address):
        return ip.is_global and not ip.is_multicast and not any(ip in net for net in NOT_PUBLIC_4)
    assert isinstance(ip, IPv6Address)
    return ip in PUBLIC_6 and not any(ip in net for net in NOT_PUBLIC_6)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Resolves once, refuses if any answer is not public, and connects to the very address that was checked. TLS
    still verifies the host's name."""

    def __init__(self, *, allow_private: bool) -> None:
        self._backend = httpcore.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = await self._resolve(host, port)
        refused = [address for address in addresses if not is_public(address)]
        if refused and not self._allow_private:
            raise AddressNotPublic(f"{host} is not a public address")
        error: Exception | None = None
        for address in addresses[:4]:
            try:
                return await self._backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                error = failed
        raise error or httpcore.ConnectError(f"{host} has no address")

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        raise AddressNotPublic("a file is not a public address")

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)

    async def _resolve(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} can't be found: {error}") from None
        return list(dict.fromkeys(str(info[4][0]) for info in found))
