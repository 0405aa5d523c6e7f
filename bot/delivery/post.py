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
"""Of a photo's, video's or audio's caption, after entities were parsed (Bot API, sendPhoto)."""
RICH_TEXT_LIMIT, RICH_BLOCKS, RICH_MEDIA = 32_768, 500, 20
"""Of a rich message: characters of text, blocks with all nested ones; media beyond 20 are lost silently with all that
follows (measured by others in August 2026; the documented limit is 50)."""
ALBUM_LEAST, ALBUM_MOST = 2, 10
FILE_BY_URL = 20 * 1024 * 1024
"""Bytes of a video or audio that Telegram fetches by its address; of a photo 5 MB."""


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


@dataclass(frozen=True, slots=True)
class VideoPost:
    video: str
    """An http(s) address of a file (at most 20 MB) or a file_id."""
    caption: str
    cover: str = ""
    """The address or file_id of the still picture; "": Telegram makes one."""
    seconds: int | None = None
    html: bool = True
    keyboard: InlineKeyboardMarkup | None = None
    fallback: PhotoPost | TextPost | None = None
    entities: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class AudioPost:
    audio: str
    """An http(s) address of an mp3 or m4a (at most 20 MB) or a file_id."""
    caption: str
    title: str = ""
    performer: str = ""
    seconds: int | None = None
    html: bool = True
    keyboard: InlineKeyboardMarkup | None = None
    fallback: PhotoPost | TextPost | None = None


@dataclass(frozen=True, slots=True)
class AlbumPost:
    """2 to 10 photos or videos, which can have no buttons; each its own caption (HTML, at most 1,024)."""

    photos: tuple[tuple[str, str], ...]
    """(address or file_id, caption)."""
    videos: frozenset[int] = frozenset()
    """Which of them are videos, counted from 0."""
    html: bool = True
    """Whether the captions are HTML; otherwise they are plain and `entities` format the first one."""
    entities: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class RichPost:
    """A rich message of blocks (Bot API InputRichMessage.blocks, as JSON)."""

    blocks: tuple[Mapping[str, Any], ...]
    media: tuple[str, ...] = ()
    """The addresses of its photos in the order of the blocks, whose file ids are learned from the answer."""
    keyboard: InlineKeyboardMarkup | None = None
    rtl: bool = False
    fallback: tuple[TextPost, ...] = ()
    """The same as classic messages, in order, for when Telegram refuses it or the reader wants none; the keyboard is
    under the last one."""


Post = TextPost | PhotoPost | VideoPost | AudioPost | AlbumPost | RichPost
