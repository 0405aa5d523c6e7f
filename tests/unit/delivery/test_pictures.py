"""A photo that Telegram can't use, made one that it can."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from bot.delivery.pictures import LONGEST_SIDE, own_copy


def picture(size: tuple[int, int], form: str = "PNG", mode: str = "RGB", **more: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, size, 120 if mode in ("L", "P") else (200, 40, 40, 128)[: len(mode)]).save(written, form, **more)
    return written.getvalue()


async def copied(body: bytes | None) -> Image.Image | None:
    async def fetch(url: str) -> bytes | None:
        return body

    copy = await own_copy(fetch, "https://example.kz/1")
    return None if copy is None else Image.open(io.BytesIO(copy))


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("WEBP", "RGB"), ("GIF", "P"), ("BMP", "RGB"), ("TIFF", "CMYK"), ("PNG", "L")]
)
async def test_every_format_becomes_a_jpeg(form: str, mode: str) -> None:
    copy = await copied(picture((300, 200), form, mode))
    assert copy
    assert (copy.format, copy.mode, copy.size) == ("JPEG", "RGB", (300, 200))


async def test_a_large_one_shrinks_and_keeps_its_shape() -> None:
    copy = await copied(picture((6000, 3000), "JPEG"))
    assert copy
    assert copy.size == (LONGEST_SIDE, LONGEST_SIDE // 2)


async def test_what_is_transparent_becomes_white() -> None:
    copy = await copied(picture((10, 10), "PNG", "RGBA"))
    assert copy
    blended = copy.getpixel((5, 5))
    assert isinstance(blended, tuple)
    assert blended[0] > blended[1] > 120


async def test_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # a camera held sideways
    copy = await copied(picture((300, 200), "JPEG", exif=exif))
    assert copy
    assert copy.size == (200, 300)


@pytest.mark.parametrize(
    "body",
    [None, b"", b"<html>404</html>", picture((300, 200))[:200], picture((3000, 100)), b"\x89PNG\r\n" + b"\0" * 99],
    ids=["not there", "empty", "a page", "cut", "too narrow", "damaged"],
)
async def test_what_is_no_picture_is_none(body: bytes | None) -> None:
    assert await copied(body) is None


async def test_a_bomb_is_not_opened() -> None:
    assert await copied(picture((20_000, 20_000), "PNG", "L")) is None
