"""A message as data, and Telegram's limits.

Lengths are counted here in UTF-16 units. Telegram's server counts code points against its limits, so this never lets
anything through that it would refuse.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiogram.types import InlineKeyboardMarkup

TEXT_LIMIT = 4096
"""Of a text message, after entities were parsed (Bot API, sendMessage)."""
CAPTION_LIMIT = 1024
"""Of a photo's caption, after entities were parsed (Bot API, sendPhoto)."""


def length(text: str) -> int:
    """Of visible text in UTF-16 units, in which Telegram counts entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class TextPost:
    text: str
    html: bool = True
    """Whether `text` is HTML; otherwise it is plain and `entities` format it."""
    entities: tuple[Mapping[str, Any], ...] = ()
    keyboard: InlineKeyboardMarkup | None = None
    preview_url: str | None = None
    """The page whose picture Telegram shows large above the text; None: no preview at all."""


@dataclass(frozen=True, slots=True)
class PhotoPost:
    photo: str
    """An http(s) address that Telegram fetches, or a file_id."""
    caption: str
    html: bool = True
    entities: tuple[Mapping[str, Any], ...] = ()
    keyboard: InlineKeyboardMarkup | None = None
    fallback: TextPost | None = None
    """What is sent when Telegram can't use the photo."""
    replaceable: bool = False
    """Whether its address is known as well: a file id that is refused can be had anew."""

    @property
    def known(self) -> bool:
        """Whether Telegram has the photo already."""
        return not self.photo.startswith(("http://", "https://"))


Post = TextPost | PhotoPost
