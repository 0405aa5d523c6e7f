"""Photos: fetched by address, uploaded, or named by file id; refused as Telegram refuses them."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import aiohttp
import imagesize

from bot.sandbox.state import File, World, bad_request

URL_LIMIT = 5 * 1024 * 1024
UPLOAD_LIMIT = 10 * 1024 * 1024
MOST_SIDES = 10_000
MOST_RATIO = 20
FETCH_SECONDS = 15
MIMES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"GI": "image/gif", b"BM": "image/bmp", b"RI": "image/webp"}

NO_CONTENT = "failed to get HTTP URL content"
WRONG_TYPE = "wrong type of the web page content"


class Photos:
    def __init__(self, world: World) -> None:
        self._world = world
        self._failed: dict[str, str] = {}
        """Telegram remembers for days that an address could not be used."""
        self._fetched: dict[str, File] = {}
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        if self._session:
            await self._session.close()

    async def resolve(self, given: Any, uploads: dict[str, bytes]) -> File:
        if isinstance(given, str) and given.startswith("attach://"):
            name = given.removeprefix("attach://")
            if name not in uploads:
                raise bad_request("can't parse InputMedia: media not found")
            return self.store(uploads[name])
        if isinstance(given, bytes):
            return self.store(given)
        if not isinstance(given, str) or not given:
            raise bad_request("there is no photo in the request")
        if given.startswith(("http://", "https://")):
            return await self._by_url(given)
        found = next((file for file in self._world.files.values() if file.file_id == given), None)
        if found is None:
            raise bad_request("wrong remote file identifier specified: can't unserialize it. Wrong last symbol")
        return found

    def store(self, data: bytes) -> File:
        """An upload; the same bytes get the same id."""
        if not data:
            raise bad_request("file must be non-empty")
        if len(data) > UPLOAD_LIMIT:
            raise bad_request(
                f"file of size {len(data)} bytes is too big for a photo; the maximum size is {UPLOAD_LIMIT} bytes"
            )
        mime = MIMES.get(data[:2])
        width, height = imagesize.get(io.BytesIO(data)) if mime else (-1, -1)
        if width <= 0 or height <= 0:
            raise bad_request("IMAGE_PROCESS_FAILED")
        if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
            raise bad_request("PHOTO_INVALID_DIMENSIONS")
        unique = "AQAD" + hashlib.sha256(data).hexdigest()[:12]
        if unique not in self._world.files:
            file_id = "AgACAgIAAxkBAAI" + hashlib.sha256(b"id" + data).hexdigest()[:40]
            self._world.files[unique] = File(file_id, unique, data, int(width), int(height), mime or "")
        return self._world.files[unique]

    async def _by_url(self, url: str) -> File:
        if url in self._failed:
            raise bad_request(self._failed[url])
        if url not in self._fetched:
            why, data = await self._fetch(url)
            if why:
                self._failed[url] = why
                raise bad_request(why)
            try:
                self._fetched[url] = self.store(data)
            except Exception:
                self._failed[url] = WRONG_TYPE
                raise bad_request(WRONG_TYPE) from None
        return self._fetched[url]

    async def _fetch(self, url: str) -> tuple[str, bytes]:
        """("", bytes), or why not."""
        self._session = self._session or aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=FETCH_SECONDS))
        try:
            async with self._session.get(url) as response:
                if response.status != 200:
                    return NO_CONTENT, b""
                if not response.content_type.startswith("image/"):
                    return WRONG_TYPE, b""
                data = await response.content.read(URL_LIMIT + 1)
                while len(data) <= URL_LIMIT and (more := await response.content.read(URL_LIMIT + 1 - len(data))):
                    data += more
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
            return NO_CONTENT, b""
        return (NO_CONTENT, b"") if len(data) > URL_LIMIT else ("", data)
