"""Posts as plain lines that a person can review."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from aiogram.types import InlineKeyboardMarkup

from bot.delivery.post import AlbumPost, AudioPost, PhotoPost, RichPost, TextPost, VideoPost

AnyPost = TextPost | PhotoPost | VideoPost | AudioPost | AlbumPost | RichPost
SIGNS = {"bold": "**", "italic": "_", "underline": "__", "strikethrough": "~~", "code": "`", "marked": "=="}


def shown(post: AnyPost) -> str:
    """A post as one reads it: media in brackets, HTML as it is, rich blocks as an outline, buttons at the end."""
    return "\n".join(_lines(post)) + "\n"


def _lines(post: AnyPost) -> Iterator[str]:
    match post:
        case TextPost():
            if post.preview_url:
                yield f"(large preview of {post.preview_url})"
            yield post.text
        case PhotoPost():
            yield f"(photo {post.photo})"
            yield post.caption
        case VideoPost():
            yield f"(video {post.video}, cover {post.cover or 'none'}, {post.seconds} s)"
            yield post.caption
        case AudioPost():
            yield f"(audio {post.audio}, {post.title!r} by {post.performer!r}, {post.seconds} s)"
            yield post.caption
        case AlbumPost(photos):
            for photo, caption in photos:
                yield f"(photo {photo})"
                yield caption
            return
        case RichPost():
            yield "(rich message" + (", right to left)" if post.rtl else ")")
            for block in post.blocks:
                yield from block_lines(block)
    yield from _buttons(post.keyboard)


def _buttons(keyboard: InlineKeyboardMarkup | None) -> Iterator[str]:
    for row in keyboard.inline_keyboard if keyboard else ():
        yield " ".join(f"[{button.text}]" for button in row)


def block_lines(block: dict[str, Any], indent: str = "") -> Iterator[str]:
    kind = block["type"]
    match kind:
        case "heading":
            yield f"{indent}{'#' * block['size']} {text(block['text'])}"
        case "paragraph":
            yield f"{indent}{text(block['text'])}"
        case "divider":
            yield f"{indent}---"
        case "photo":
            yield f"{indent}(photo {block['photo']['media']}{_caption(block)})"
        case "slideshow":
            yield f"{indent}(slideshow of {len(block['blocks'])}{_caption(block)})"
        case "table":
            for row in block["cells"]:
                cells = (("*" if cell.get("is_header") else "") + text(cell.get("text", "")) for cell in row)
                yield f"{indent}| {' | '.join(cells)} |"
        case "list":
            for item in block["items"]:
                first, *rest = item["blocks"]
                yield f"{indent}{item.get('value', '-')} {text(first['text'])}"
                for inner in rest:
                    yield from block_lines(inner, indent + "    ")
        case _:
            language = f" {block['language']}" if "language" in block else ""
            yield f"{indent}{kind}{language}: {text(block.get('text', ''))}".rstrip()
    for inner in block.get("blocks", ()):
        yield from block_lines(inner, indent + "    ")
    if "credit" in block:
        yield f"{indent}    — {text(block['credit'])}"


def _caption(block: dict[str, Any]) -> str:
    caption = block.get("caption", {})
    return "".join(f"; {text(caption[key])}" for key in ("text", "credit") if key in caption)


def text(content: Any) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(map(text, content))
    inner = text(content["text"])
    match content["type"]:
        case "url":
            return f"[{inner}]({content['url']})"
        case "date_time":
            return f"<{inner}>"
        case kind:
            sign = SIGNS.get(kind, f"({kind})")
            return f"{sign}{inner}{sign}"
