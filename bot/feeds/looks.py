"""How an element looks by its tag and attributes: seen or hidden, and in which style. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.model.body import Style

Attributes = Mapping[str, str | None]
BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "p div section article header footer main aside blockquote li ul ol dl dt dd h1 h2 h3 h4 h5 h6 pre figure "
        "figcaption table caption thead tbody tfoot tr td th center address details summary fieldset legend body",
    )
)
"""Elements that begin and end on a line of their own."""
SILENT = frozenset(
    re.findall(
        r"\w+",
        "script style template head title button form input select textarea datalist dialog svg math canvas nav menu "
        "applet param noembed noframes",
    )
)
"""Elements of which a reader sees nothing, or nothing that can be read."""
SILENT_CLASS = re.compile(
    r"\b(?:feedflare|sharedaddy|jp-relatedposts|addtoany\w*|a2a_kit|yarpp\w*|ya-share2\w*|pluso|uptolike|heateor\w*"
    r"|share-(?:buttons?|bar|links?|block|icons?)|social-(?:share|sharing)\w*|wp-block-newsletter"
    r")\b|(?<![-\w])(?:heading-permalink|screen-reader-text|sr-only|visually-?hidden)(?![-\w])",
    re.IGNORECASE,
)
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
TAGS = {
    **dict.fromkeys(("b", "strong"), Style.BOLD),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var"), Style.ITALIC),
    **dict.fromkeys(("u", "ins"), Style.UNDERLINE),
    **dict.fromkeys(("s", "strike", "del"), Style.STRIKE),
    **dict.fromkeys(("code", "kbd", "samp", "tt"), Style.CODE),
    "sub": Style.SUB,
    "sup": Style.SUP,
    "mark": Style.MARK,
}
DECLARED = re.compile(r"(font-weight|font-style|text-decoration)(?:-line)?\s*:\s*([^;]+)", re.IGNORECASE)
BOLD = re.compile(r"bold|[6-9]00\b")
NOT_BOLD = re.compile(r"normal|lighter|[1-5]00\b")


def silent(classes: str) -> bool:
    """Buttons to share, lists of other articles, words for machines that read aloud."""
    return bool(SILENT_CLASS.search(classes))


def hidden(attributes: Attributes) -> bool:
    """Whether its markup keeps it from those who look at the page."""
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    return attributes.get("aria-hidden") == "true" or bool(HIDDEN.search(attributes.get("style") or ""))


def restyled(styles: frozenset[Style], tag: str, attributes: Attributes) -> frozenset[Style]:
    """The styles inside of an element that stands among these."""
    if (own := TAGS.get(tag)) and own not in styles:
        styles = styles | {own}
    for name, value in DECLARED.findall(attributes.get("style") or ""):
        styles = _declared(styles, tag, name.lower(), value.lower())
    return styles


def _declared(styles: frozenset[Style], tag: str, name: str, value: str) -> frozenset[Style]:
    if name == "font-weight":
        if BOLD.search(value):
            return styles | {Style.BOLD}
        return styles - {Style.BOLD} if NOT_BOLD.search(value) else styles
    if name == "font-style":
        if "italic" in value or "oblique" in value:
            return styles | {Style.ITALIC}
        return styles - {Style.ITALIC} if "normal" in value else styles
    if "line-through" in value:
        return styles | {Style.STRIKE}
    # A link is underlined anyway.
    return styles | {Style.UNDERLINE} if "underline" in value and tag != "a" else styles
