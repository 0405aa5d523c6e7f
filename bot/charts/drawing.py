"""SVG → PNG, with fonts of our own: what the machine has may lack Kazakh letters."""

from __future__ import annotations

import asyncio
from importlib import resources

import resvg_py

FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


async def png(svg: str) -> bytes:
    """Some 50 ms of CPU, in a thread."""
    return await asyncio.to_thread(_draw, svg)


def _draw(svg: str) -> bytes:
    folder = resources.files("bot") / "charts" / "fonts"
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        skip_system_fonts=True,
        font_files=[str(folder / name) for name in FONTS],
        font_family="DejaVu Sans",
    )
    return bytes(drawn)
