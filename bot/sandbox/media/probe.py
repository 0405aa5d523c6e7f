"""What bytes are: their type, and the size and length of pictures and videos."""

from __future__ import annotations

import io
import struct

import imagesize

_BEGINNINGS = (
    (b"\xff\xd8", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
)
PICTURES = frozenset(("image/jpeg", "image/png", "image/gif", "image/webp", "image/bmp", "image/tiff"))


def sniffed(data: bytes) -> str:
    """The type by the first bytes; empty when it is none that matters here."""
    for beginning, mime in _BEGINNINGS:
        if data.startswith(beginning):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return {b"avif": "image/avif", b"M4A ": "audio/mp4"}.get(data[8:12], "video/mp4")
    return ""


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height; (0, 0) for what is no picture that Telegram reads."""
    if sniffed(data) not in PICTURES:
        return 0, 0
    try:
        width, height = imagesize.get(io.BytesIO(data))
    except Exception:
        return 0, 0
    return max(int(width), 0), max(int(height), 0)


def video_size(data: bytes) -> tuple[int, int, int]:
    """Width, height, seconds of an MP4; zeros for what its boxes don't tell."""
    width = height = seconds = 0
    try:
        for name, body in _boxes(_inside(data, b"moov")):
            if name == b"mvhd":
                wide = body[0] == 1
                scale, length = struct.unpack_from(">IQ" if wide else ">II", body, 20 if wide else 12)
                seconds = round(length / scale) if scale else 0
            elif name == b"trak" and not width:
                track = _inside(body, b"tkhd")
                if len(track) >= 8:
                    across, down = struct.unpack(">II", track[-8:])
                    width, height = across >> 16, down >> 16
    except (struct.error, IndexError):
        pass
    return width, height, seconds


def _inside(data: bytes, wanted: bytes) -> bytes:
    return next((body for name, body in _boxes(data) if name == wanted), b"")


def _boxes(data: bytes) -> list[tuple[bytes, bytes]]:
    found, at = [], 0
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        head = 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, at + 8)
            head = 16
        if length < head:
            break
        found.append((name, data[at + head : at + length]))
        at += length
    return found
