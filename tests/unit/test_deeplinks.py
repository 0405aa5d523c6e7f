"""What links to the bot ask for."""

from __future__ import annotations

import pytest

from bot.deeplinks import DeepLink, link_to, read_link
from bot.model.ids import ArticleId, CategoryId, ChatId


@pytest.mark.parametrize(
    ("payload", "asked"),
    [
        ("", DeepLink()),
        ("c_12", DeepLink(category=CategoryId(12))),
        ("c_12-insta_gram", DeepLink(category=CategoryId(12), campaign="insta_gram")),
        ("a_345", DeepLink(article=ArticleId(345))),
        ("a_345-site-footer", DeepLink(article=ArticleId(345), campaign="site-footer")),
        ("g_-1001234567890", DeepLink(group=ChatId(-1001234567890))),
        ("instagram", DeepLink(campaign="instagram")),
        ("c_", DeepLink(campaign="c_")),
        ("c_x", DeepLink(campaign="c_x")),
        ("a_9999999999999999999999", DeepLink(campaign="a_9999999999999999999999")),
        ("two words", DeepLink()),
        ("'; DROP TABLE", DeepLink()),
        ("я" * 10, DeepLink()),
        ("x" * 65, DeepLink()),
        ("a_１", DeepLink()),
    ],
)
def test_read(payload: str, asked: DeepLink) -> None:
    assert read_link(payload) == asked


def test_what_is_written_is_read() -> None:
    assert read_link(link_to("bot", article=5).partition("=")[2]) == DeepLink(article=ArticleId(5))
    assert read_link(link_to("bot", group=-1005).partition("=")[2]) == DeepLink(group=ChatId(-1005))
    assert len(link_to("bot", group=-(2**52)).partition("=")[2]) <= 64
