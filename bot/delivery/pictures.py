"""A photo that Telegram can't fetch or use, as one that it can: downloaded by ourselves and made a JPEG."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable

import structlog
from PIL import Image, ImageOps

log = structlog.get_logger()

LONGEST_SIDE = 2560
"""Pixels: the largest that Telegram keeps of a photo."""
MOST_PIXELS = 60_000_000
"""A picture that would take more than some 200 MB of memory is not opened."""
MOST_RATIO = 20
"""Of width to height (Bot API, sendPhoto)."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "BMP", "TIFF")
QUALITY = 87


async def own_copy(fetch: Callable[[str], Awaitable[bytes | None]], url: str) -> bytes | None:
    """The photo at the address as JPEG of at most LONGEST_SIDE pixels a side; None when it can't be had."""
    body = await fetch(url)
    if body is None:
        return None
    try:
        return await asyncio.to_thread(jpeg, body)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        log.info("a photo is no picture", url=url, error=f"{type(error).__name__}: {error}")
        return None


def jpeg(body: bytes) -> bytes:
    """Raises what Pillow raises for what is no picture, and ValueError for one that Telegram would refuse."""
    with Image.open(io.BytesIO(body), formats=FORMATS) as opened:
        width, height = opened.size
        if width * height > MOST_PIXELS:
            raise ValueError(f"{width} by {height} pixels are too many")
        if max(width, height) > MOST_RATIO * min(width, height):
            raise ValueError(f"{width} by {height} is too narrow for Telegram")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture = ImageOps.exif_transpose(opened).convert("RGBA")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    written = io.BytesIO()
    ground.save(written, "JPEG", quality=QUALITY, optimize=True)
    return written.getvalue()
