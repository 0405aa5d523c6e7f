"""The wire format of every button.

Append-only: buttons stay in chats for years. A shipped class keeps its prefix, its fields and their order for ever;
a new meaning gets a new class. Buttons carry the state that is wanted (`on`), never "toggle": two quick taps must end
as one. Telegram allows 64 bytes, so ids travel, never names.
"""

from __future__ import annotations

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from bot.model import Language


class SaveArticle(CallbackData, prefix="s"):
    """Under a post: bookmark it (`on`) or take the bookmark off."""

    article: int
    on: bool


class ChooseCategory(CallbackData, prefix="c"):
    category: int
    on: bool
    page: int


class ChooseEverything(CallbackData, prefix="ca"):
    on: bool
    page: int


class CategoriesPage(CallbackData, prefix="cp"):
    page: int


class ReceiveNews(CallbackData, prefix="n"):
    """Leave (`on=0`: no news at all) or come back."""

    on: bool


class ChooseLanguage(CallbackData, prefix="l"):
    language: Language


class OpenLanguages(CallbackData, prefix="lo"):
    """Show the list of languages."""


class BookmarksPage(CallbackData, prefix="bp"):
    page: int


class RemoveBookmark(CallbackData, prefix="br"):
    """In /bookmarks: take this one off and show the same page again."""

    article: int
    page: int


class LatestPage(CallbackData, prefix="lp"):
    page: int


class SaveInList(CallbackData, prefix="sl"):
    """In /latest: bookmark by number and show the same page again."""

    article: int
    on: bool
    page: int


class SendBroadcast(CallbackData, prefix="bs"):
    """🚀 under a preview. The revision says which preview: a stale one can't be sent."""

    broadcast: int
    revision: int


class DropBroadcast(CallbackData, prefix="bx"):
    """✖ under a preview, and during the undo window."""

    broadcast: int


class BroadcastAct(StrEnum):
    """What a button under a broadcast does. Append-only."""

    OPEN = "o"
    AUDIENCE = "a"
    BACK = "b"
    TIME = "t"
    AT_ONCE = "n"
    REVISE = "e"
    CARD = "k"
    TEXT = "x"
    TRIAL = "y"
    PAUSE = "p"
    RESUME = "r"
    STOP = "s"
    CORRECT = "c"
    REPLY = "w"
    RECALL = "d"
    SURELY_RECALL = "z"
    MISSING = "m"
    TABLE = "f"
    ONE_READER = "q"
    KEEP = "v"


class ControlBroadcast(CallbackData, prefix="bc"):
    act: BroadcastAct
    broadcast: int
    revision: int


class BroadcastAudience(CallbackData, prefix="ba"):
    """Of a draft: all (`part` "a"), a language ("l", its code) or a category ("c", its id), wanted or not."""

    broadcast: int
    revision: int
    part: str
    value: str
    on: bool


class BroadcastsPage(CallbackData, prefix="bl"):
    """◀ ▶ through what has left."""

    page: int


class CurateAct(StrEnum):
    """What an editor does with one article. Append-only."""

    PUBLISH = "p"
    WITHHOLD = "w"
    PIN = "i"
    UNPIN = "u"


class CurateArticle(CallbackData, prefix="ap"):
    act: CurateAct
    article: int


class FeedAct(StrEnum):
    """Append-only."""

    LIST = "l"
    OPEN = "o"
    ADD = "a"
    PAUSE = "p"
    RESUME = "r"
    REMOVE = "d"
    SURELY_REMOVE = "z"
    INTERVAL = "i"
    SELECTOR = "s"
    LANGUAGES = "g"
    LANGUAGE = "h"
    SECTIONS = "c"
    SECTION = "k"
    EXPORT = "x"


class ManageFeed(CallbackData, prefix="fd"):
    """`value`: the language chosen, or the number of the category; "": none."""

    act: FeedAct
    feed: int
    value: str = ""


class AddFeed(CallbackData, prefix="fa"):
    """Under the check of an address, which stands in that message: add it."""


class SectionAct(StrEnum):
    """Append-only."""

    LIST = "l"
    OPEN = "o"
    UP = "u"
    DOWN = "d"
    HIDE = "h"
    SHOW = "s"
    RENAME = "r"
    EMOJI = "e"
    MERGE = "m"
    MERGE_INTO = "i"


class ManageSection(CallbackData, prefix="sc"):
    """`value`: a language, the page of a list, or the number of the category to merge into."""

    act: SectionAct
    category: int
    value: str = ""


class EditorAct(StrEnum):
    """Append-only."""

    LIST = "l"
    ADD = "a"
    OPEN = "o"
    MAKE_EDITOR = "e"
    MAKE_OWNER = "w"
    REMOVE = "d"


class ManageEditor(CallbackData, prefix="ed"):
    act: EditorAct
    user: int


class AuditPage(CallbackData, prefix="au"):
    """Entries older than that number; 0: the newest."""

    before: int


class AuditTable(CallbackData, prefix="at"):
    """All of it as CSV."""


class AdminHome(CallbackData, prefix="ah"):
    pass
