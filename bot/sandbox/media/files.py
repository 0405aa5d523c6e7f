"""Files that the sandbox keeps, by file id; what the Bot API tells of them."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field

from PIL import Image

from bot.sandbox.answers import Json, bad_request

BOXES = (90, 320, 800, 1280, 2560)
"""The longer side of each size of a photo; none is larger than the photo itself."""
WORDS = {"photo": "Photo", "video": "Video", "animation": "Animation", "audio": "Audio", "voice": "VoiceNote",
         "document": "Document", "thumbnail": "Thumbnail"}  # fmt: skip
_PREFIXES = {"photo": "AgACAgIAAxkBAAI", "video": "BAACAgIAAxkBAAI", "animation": "CgACAgIAAxkBAAI",
             "audio": "CQACAgIAAxkBAAI", "voice": "AwACAgIAAxkBAAI", "document": "BQACAgIAAxkBAAI",
             "thumbnail": "AAMCAgADGQEAAiAA"}  # fmt: skip
FOLDERS = {"photo": "photos", "video": "videos", "animation": "animations", "audio": "music", "voice": "voice",
           "document": "documents", "thumbnail": "thumbnails"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    file_id: str
    unique_id: str
    width: int
    height: int


@dataclass(slots=True)
class File:
    kind: str
    file_id: str
    unique_id: str
    data: bytes
    mime: str
    name: str = ""
    width: int = 0
    height: int = 0
    duration: int = 0
    sizes: tuple[Size, ...] = ()
    """Of a photo, the smallest first; the last is the photo itself."""
    thumbnail: File | None = None
    cover: File | None = None
    about: Json = field(default_factory=dict)
    """Title and performer of music, start of a video."""

    def described(self) -> Json | list[Json]:
        """The value of the message's field that has this kind's name."""
        if self.kind == "photo":
            return [self._size(size) for size in self.sizes]
        told: Json = {}
        if self.kind in ("video", "animation"):
            told |= {"duration": self.duration, "width": self.width, "height": self.height}
        elif self.kind in ("audio", "voice"):
            told["duration"] = self.duration
        if self.name and self.kind != "voice":
            told["file_name"] = self.name
        told |= {"mime_type": self.mime, **self.about}
        if self.thumbnail:
            small = self.thumbnail
            told["thumbnail"] = {**small._base(), "width": small.width, "height": small.height}
        if self.cover:
            told["cover"] = self.cover.described()
        return {**told, **self._base()}

    def _base(self) -> Json:
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    def _size(self, size: Size) -> Json:
        share = size.width * size.height / (self.width * self.height)
        return {
            "file_id": size.file_id,
            "file_unique_id": size.unique_id,
            "file_size": max(1, int(len(self.data) * share)),
            "width": size.width,
            "height": size.height,
        }

    def shrunk(self, size: Size) -> bytes:
        """The photo in this size, made when it is asked for."""
        if size == self.sizes[-1]:
            return self.data
        out = io.BytesIO()
        with Image.open(io.BytesIO(self.data)) as picture:
            picture.convert("RGB").resize((size.width, size.height)).save(out, "JPEG", quality=85)
        return out.getvalue()


@dataclass(slots=True)
class Files:
    """The same bytes for the same use get the same ids."""

    _by_id: dict[str, tuple[File, Size | None]] = field(default_factory=dict)
    _by_unique: dict[str, tuple[File, Size | None]] = field(default_factory=dict)

    def add(self, file: File) -> File:
        """The file with its ids, or the one that was there before."""
        mark = hashlib.sha256(file.kind.encode() + file.name.encode() + repr(file.about).encode() + file.data)
        key = mark.hexdigest()
        file.file_id, file.unique_id = _PREFIXES[file.kind] + key[:41], "AQAD" + key[41:53]
        if known := self._by_unique.get(file.unique_id):
            return known[0]
        if file.kind == "photo":
            file.sizes = tuple(_sizes(file, key))
            for size in file.sizes:
                self._by_id[size.file_id] = self._by_unique[size.unique_id] = (file, size)
        else:
            self._by_id[file.file_id] = (file, None)
        self._by_unique.setdefault(file.unique_id, (file, None))
        return file

    def named(self, file_id: str, kind: str) -> File:
        """The file to be sent as this kind; errors are Telegram's."""
        found = self._by_id.get(file_id)
        if found is None:
            raise bad_request(f"wrong remote file identifier specified: {_wrong(file_id)}")
        if found[0].kind != kind:
            raise bad_request(f"can't use file of type {WORDS[found[0].kind]} as {WORDS[kind]}")
        return found[0]

    def find(self, file_id: str) -> tuple[File, Size | None] | None:
        return self._by_id.get(file_id)

    def unique(self, unique_id: str) -> tuple[File, Size | None] | None:
        return self._by_unique.get(unique_id)


def _sizes(file: File, key: str) -> list[Size]:
    longer = max(file.width, file.height)
    boxes = [box for box in BOXES if box < longer] + [longer]
    sizes = []
    for letter, box in zip("smxywz", boxes, strict=False):
        own = box == longer
        width, height = max(1, round(file.width * box / longer)), max(1, round(file.height * box / longer))
        file_id = file.file_id if own else f"{file.file_id[:-1]}{letter}"
        sizes.append(Size(file_id, file.unique_id if own else f"{file.unique_id[:-1]}{letter}", width, height))
    return sizes


def _wrong(file_id: str) -> str:
    """Why this is no file id."""
    if not all(letter.isascii() and (letter.isalnum() or letter in "-_=") for letter in file_id):
        return "Wrong character in the string"
    if len(file_id.rstrip("=")) % 4 == 1:
        return "Wrong padding length"
    return "can't unserialize it. Wrong last symbol"
