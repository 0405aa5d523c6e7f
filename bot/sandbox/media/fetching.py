"""Files by address, as Telegram's servers fetch them: limits, types, and a memory for what failed."""

from __future__ import annotations

import aiohttp

from bot.sandbox.answers import bad_request
from bot.sandbox.media.probe import PICTURES
from bot.sandbox.text.links import NoLink, checked

PHOTO_LIMIT = 5 * 1024 * 1024
FILE_LIMIT = 20 * 1024 * 1024
FETCH_SECONDS = 15
TYPES = {
    "photo": PICTURES,
    "video": frozenset(("video/mp4",)),
    "animation": frozenset(("image/gif", "video/mp4")),
    "audio": frozenset(("audio/mpeg", "audio/mp3", "audio/mp4", "audio/x-m4a")),
    "voice": frozenset(("audio/ogg",)),
    "document": frozenset(("image/gif", "application/pdf", "application/zip")),
}
"""What may come by address as which kind; documents only as GIF, PDF and ZIP."""
NO_CONTENT = "WEBPAGE_CURL_FAILED"
WRONG_TYPE = "WEBPAGE_MEDIA_EMPTY"
IN_WORDS = {
    NO_CONTENT: "failed to get HTTP URL content",
    WRONG_TYPE: "wrong type of the web page content",
}
"""How the Bot API server translates what Telegram answers, except in albums."""


class FetchFailed(Exception):
    """Telegram's raw code."""


class Fetching:
    def __init__(self) -> None:
        self._failed: dict[tuple[str, str], str] = {}
        """Telegram remembers for days that an address could not be used."""
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def fetch(self, url: str, kind: str) -> tuple[bytes, str]:
        """The bytes and their type; raises FetchFailed, or ApiError for what is no address."""
        try:
            address = checked(url)
        except NoLink as why:
            raise bad_request(f"invalid file HTTP URL specified: {why}") from None
        if not address.startswith(("http://", "https://")):
            raise bad_request("wrong HTTP URL specified")
        if known := self._failed.get((address, kind)):
            raise FetchFailed(known)
        try:
            return await self._download(address, kind)
        except FetchFailed as why:
            self.remember(address, kind, str(why))
            raise

    def remember(self, url: str, kind: str, code: str) -> None:
        self._failed[url, kind] = code

    async def _download(self, url: str, kind: str) -> tuple[bytes, str]:
        limit = PHOTO_LIMIT if kind == "photo" else FILE_LIMIT
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS))
        try:
            async with self._session.get(url, headers={"User-Agent": "TelegramBot (like TwitterBot)"}) as response:
                if response.status != 200:
                    raise FetchFailed(NO_CONTENT)
                if response.content_type not in TYPES[kind]:
                    raise FetchFailed(WRONG_TYPE)
                data = bytearray()
                async for piece in response.content.iter_chunked(65_536):
                    data += piece
                    if len(data) > limit:
                        raise FetchFailed(NO_CONTENT)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
            raise FetchFailed(NO_CONTENT) from None
        return bytes(data), response.content_type
