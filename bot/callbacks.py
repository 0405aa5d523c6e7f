"""The wire format of every button.

Append-only: buttons stay in chats for years. A shipped class keeps its prefix, its fields and their order for ever;
a new meaning gets a new class. Buttons carry the state that is wanted (`on`), never "toggle": two quick taps must end
as one. Telegram allows 64 bytes, so ids travel, never names.
"""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from bot.model import Language


class SaveArticle(CallbackData, prefix="s"):
    """Under a post: bookmark it (`on`) or take the bookmark off."""

    article: int
    on: bool


class ReadArticle(CallbackData, prefix="r"):
    """📖 under a post: the whole article inside Telegram."""

    article: int


class MorePhotos(CallbackData, prefix="g"):
    """🖼 under a post or under photos: those from that one on."""

    article: int
    offset: int


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
