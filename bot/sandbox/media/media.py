"""Media of a call: uploaded, fetched by address, or named by file id; refused as Telegram refuses them."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from typing import Any

from bot.sandbox.answers import ApiError, Json, bad_request
from bot.sandbox.media.fetching import IN_WORDS, WRONG_TYPE, FetchFailed, Fetching
from bot.sandbox.media.files import File, Files
from bot.sandbox.media.probe import picture_size, sniffed, video_size

PHOTO_LIMIT = 10 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
MOST_SIDES = 10_000
MOST_RATIO = 20
THUMBNAIL_LIMIT = 200 * 1024
THUMBNAIL_SIDE = 320
EXTENSIONS = ("jpg", "jpeg", "gif", "png", "tif", "bmp")


@dataclass(frozen=True, slots=True)
class Upload:
    """One file part of a multipart call."""

    name: str
    mime: str
    data: bytes


class MediaFailed(Exception):
    """Telegram's raw code of why a file could not be used, as albums tell it."""


class Media:
    def __init__(self) -> None:
        self.files = Files()
        self._fetching = Fetching()
        self._fetched: dict[tuple[str, str], File] = {}

    async def close(self) -> None:
        await self._fetching.close()

    async def resolve(self, kind: str, given: Any, params: Json, about: Json | None = None) -> File:
        """The file that `given` names in a call. `about` has the fields that describe it: width, height, duration,
        title, performer, thumbnail, cover. Raises ApiError in the server's words."""
        try:
            return await self.resolve_raw(kind, given, params, about or {})
        except MediaFailed as failed:
            raise bad_request(IN_WORDS.get(str(failed), str(failed))) from None

    async def resolve_raw(self, kind: str, given: Any, params: Json, about: Json) -> File:
        """The same; raises MediaFailed for what albums tell untranslated."""
        upload = uploaded(given, params)
        if upload:
            return await self._described(self.made(kind, upload), params, about)
        if not isinstance(given, str) or not given:
            raise bad_request(f"there is no {kind} in the request")
        if "." not in given:
            return self.files.named(given, kind)
        if (given, kind) not in self._fetched:
            self._fetched[given, kind] = await self._by_url(kind, given)
        return self._fetched[given, kind]

    def made(self, kind: str, upload: Upload) -> File:
        """A file of an upload."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > UPLOAD_LIMIT:
            raise ApiError(413, "Request Entity Too Large")
        if kind == "photo":
            return self._photo(upload)
        mime = sniffed(upload.data) or upload.mime or mimetypes.guess_type(upload.name)[0] or ""
        file = File(kind, "", "", upload.data, mime or "application/octet-stream", upload.name)
        if kind in ("video", "animation"):
            file.width, file.height, file.duration = video_size(upload.data)
            if not file.width:
                file.width, file.height = picture_size(upload.data)
        return self.files.add(file)

    def _photo(self, upload: Upload) -> File:
        data, size = upload.data, len(upload.data)
        if size > PHOTO_LIMIT:
            raise bad_request(
                f"file of size {size} bytes is too big for a photo; the maximum size is {PHOTO_LIMIT} bytes"
            )
        # Some clients give bytes a name of their own making; only one that says something else is refused.
        if mimetypes.guess_type(upload.name)[0] and upload.name.rpartition(".")[2].lower() not in EXTENSIONS:
            raise bad_request("photo has unsupported extension. Use one of .jpg, .jpeg, .gif, .png, .tif or .bmp")
        width, height = picture_size(data)
        if not width or not height:
            raise MediaFailed("IMAGE_PROCESS_FAILED")
        if width + height > MOST_SIDES or max(width, height) > MOST_RATIO * min(width, height):
            raise MediaFailed("PHOTO_INVALID_DIMENSIONS")
        return self.files.add(File("photo", "", "", data, sniffed(data), width=width, height=height))

    async def _by_url(self, kind: str, url: str) -> File:
        try:
            data, mime = await self._fetching.fetch(url, kind)
        except FetchFailed as failed:
            raise MediaFailed(str(failed)) from None
        try:
            name = "" if kind == "photo" else url.partition("?")[0].rpartition("/")[2]
            return self.made(kind, Upload(name, mime, data))
        except (ApiError, MediaFailed):
            self._fetching.remember(url, kind, WRONG_TYPE)
            raise MediaFailed(WRONG_TYPE) from None

    async def _described(self, file: File, params: Json, about: Json) -> File:
        """With what the call says of it; that wins over what the bytes say."""
        for name in ("width", "height", "duration"):
            value = about.get(name)
            if isinstance(value, int) and value > 0:
                setattr(file, name, value)
        file.about |= {name: about[name] for name in ("title", "performer", "start_timestamp") if about.get(name)}
        if (thumbnail := uploaded(about.get("thumbnail"), params)) is not None:
            file.thumbnail = self._thumbnail(thumbnail)
        if about.get("cover"):
            file.cover = await self.resolve_raw("photo", about["cover"], params, {})
        return file

    def _thumbnail(self, upload: Upload) -> File | None:
        """Telegram ignores one that breaks the rules."""
        width, height = picture_size(upload.data)
        if sniffed(upload.data) != "image/jpeg" or len(upload.data) > THUMBNAIL_LIMIT or not width:
            return None
        if max(width, height) > THUMBNAIL_SIDE:
            return None
        return self.files.add(File("thumbnail", "", "", upload.data, "image/jpeg", width=width, height=height))


def uploaded(given: Any, params: Json) -> Upload | None:
    """The upload that a value is or names; None when it names something else."""
    if isinstance(given, Upload):
        return given
    if isinstance(given, str) and given.startswith("attach://"):
        found = params.get(given.removeprefix("attach://"))
        if not isinstance(found, Upload):
            raise bad_request("can't parse InputMedia: media not found")
        return found
    return None
