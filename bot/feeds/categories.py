"""An entry's labels → what may become the newsroom's categories. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from bot.model.articles import CategoryLabel

LONGEST = 40
"""Characters; longer labels are headlines or junk, and no button shows them."""
MOST_FOUNDING = 24
"""Sections that one feed may found in one poll: more of them are a tag cloud."""


def clean_label(label: str) -> str:
    """The label as people would write it, or "" for ids, addresses and other junk. Of a path the last step counts."""
    label = re.split(r"\s*(?:/|»|→|::|>)\s*", " ".join(label.split()))[-1] if "://" not in label else ""
    label = label.strip(" #.,;:|-–—«»\"'_")
    if len(label) > LONGEST or not re.search(r"[^\W\d_]{2}", label):
        return ""
    if re.search(r"www\.|\.(com|ru|kz|net|org)\b|[{}<>=\[\]@\\]", label, re.IGNORECASE):
        return ""
    if re.fullmatch(r"[0-9a-f-]{16,}|[a-z]+[-_]?\d{3,}", label, re.IGNORECASE):
        return ""
    if label.casefold() in ("uncategorized", "без рубрики", "без категории", "разное", "rss", "none", "null"):
        return ""
    return label[:1].upper() + label[1:]


def choose_labels(entries: Sequence[Sequence[str]]) -> list[tuple[CategoryLabel, ...]]:
    """For each entry of one feed its good labels, with those that may found a category marked.

    The first label is the section on most sites and may found one. Others may when they stand on several entries and
    the feed does not tag freely. In a feed of many labels per entry even the first may be a tag: there it must recur.
    """
    cleaned = [list(dict.fromkeys(filter(None, map(clean_label, labels)))) for labels in entries]
    labelled = [labels for labels in cleaned if labels]
    times = Counter(label for labels in cleaned for label in labels)
    firsts = Counter(labels[0] for labels in labelled)
    tags_freely = sum(map(len, labelled)) > 3 * len(labelled)
    many_firsts = len(firsts) > max(MOST_FOUNDING // 2, len(labelled) // 2) and len(labelled) > 4
    founding = {
        label
        for label in times
        if (firsts[label] and not (many_firsts and times[label] < 2)) or (times[label] >= 2 and not tags_freely)
    }
    if len(founding) > MOST_FOUNDING:
        founding = set(sorted(founding, key=lambda one: (-times[one], one))[:MOST_FOUNDING])
    return [tuple(CategoryLabel(label, label in founding) for label in labels) for labels in cleaned]
