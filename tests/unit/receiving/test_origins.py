"""Telegram's addresses, and whom to believe about them."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from bot.receiving.origins import from_telegram

PROXIES = [ip_network("127.0.0.1"), ip_network("10.0.0.0/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "believed"),
    [
        ("149.154.167.220", "", True),
        ("91.108.7.255", "", True),
        ("::ffff:149.154.167.220", "", True),
        ("149.154.176.1", "", False),
        ("91.108.8.1", "", False),
        ("203.0.113.5", "149.154.167.220", False),  # whoever it is says so himself
        ("127.0.0.1", "149.154.167.220", True),
        ("10.1.1.1", "149.154.167.220, 10.2.2.2", True),
        ("127.0.0.1", "149.154.167.220, 203.0.113.5", False),  # what the proxy saw counts, not what it was told
        ("127.0.0.1", "", False),
        ("127.0.0.1", "nonsense", False),
        ("127.0.0.1", "149.154.167.220, , ", True),
        (None, "149.154.167.220", False),
        ("", "", False),
    ],
)
def test_the_last_address_that_no_proxy_of_ours_has_counts(peer: str | None, forwarded: str, believed: bool) -> None:
    assert from_telegram(peer, forwarded, PROXIES) is believed
