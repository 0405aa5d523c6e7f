"""Whether a request comes from Telegram, by its address."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network

TELEGRAM: tuple[Network, ...] = (ip_network("149.154.160.0/20"), ip_network("91.108.4.0/22"))
"""From where Telegram brings updates (its guide to webhooks)."""


def from_telegram(peer: str | None, forwarded: str, proxies: Sequence[Network]) -> bool:
    """`peer`: the address that connected. `forwarded`: X-Forwarded-For, believed only as far as `proxies` wrote it: at
    its end each adds the address that connected to it, and whoever came first may have written anything."""
    address = _address(peer or "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    while address and hops and _within(address, proxies):
        address = _address(hops.pop())
    return address is not None and _within(address, TELEGRAM)


def _within(address: IPv4Address | IPv6Address, networks: Sequence[Network]) -> bool:
    return any(address in network for network in networks)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
