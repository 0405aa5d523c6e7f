"""What editors are told without having asked."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import structlog
from aiogram import Bot
from aiogram.exceptions import AiogramError

from bot.model.feeds import Feed
from bot.model.ids import ArticleId, BroadcastId, ChatId
from bot.texts import Texts
from storage.base import Storage, StorageError

log = structlog.get_logger()

TITLE_LIMIT = 200


class Editors:
    """Messages to every editor, each in their language. Telling never fails: what can't be told is in the log."""

    def __init__(self, bot: Bot, storage: Storage, texts: Texts) -> None:
        self._bot, self._storage, self._texts = bot, storage, texts

    async def trouble(self, feed: Feed) -> None:
        await self._tell("feed.trouble", feed=_name(feed), url=feed.url, reason=feed.last_error)

    async def recovered(self, feed: Feed) -> None:
        await self._tell("feed.recovered", feed=_name(feed), url=feed.url)

    async def gone(self, feed: Feed) -> None:
        await self._tell("feed.gone", feed=_name(feed), url=feed.url)

    async def post_withdrawn(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        await self._tell("post.withdrawn", title=await self._title(article, broadcast), reason=why)

    async def post_simplified(self, why: str, article: ArticleId | None, broadcast: BroadcastId | None) -> None:
        await self._tell("post.simplified", title=await self._title(article, broadcast), reason=why)

    async def chats_unknown(self, why: str, seconds: float) -> None:
        await self._tell("chats.unknown", minutes=str(round(seconds / 60)), reason=why)

    async def chat_suspended(self, chat_id: ChatId, why: str) -> None:
        await self._tell_of_chat("chat.suspended", chat_id, reason=why)

    async def topic_lost(self, chat_id: ChatId) -> None:
        await self._tell_of_chat("chat.topic_lost", chat_id)

    async def _tell_of_chat(self, key: str, chat_id: ChatId, **args: str) -> None:
        """A group's or channel's trouble is for the person who added the bot there; else for editors."""
        chat = None
        with suppress(StorageError):
            chat = await self._storage.chats.get(chat_id)
        args["chat"] = chat.title if chat else str(chat_id)
        if chat is None or chat.added_by is None or not await self._tell_one(chat.added_by, key, args):
            await self._tell(key, **args)

    async def _title(self, article: ArticleId | None, broadcast: BroadcastId | None) -> str:
        try:
            if article is not None and (found := await self._storage.news.article(article)):
                return found.title
            if broadcast is not None and (written := await self._storage.broadcasts.get(broadcast)):
                return written.announcement.text[:TITLE_LIMIT]
        except StorageError as error:
            log.warning("a title can't be read", error=str(error))
        return ""

    async def _tell(self, key: str, **args: str) -> None:
        try:
            ids = [editor.user_id for editor in await self._storage.editors.all()]
        except StorageError as error:
            log.warning("editors could not be told", about=key, error=str(error))
            return
        for editor in ids:
            await self._tell_one(editor, key, args)

    async def _tell_one(self, person: ChatId, key: str, args: Mapping[str, str]) -> bool:
        """Whether it was told."""
        try:
            reader = await self._storage.readers.get(person)
            if reader is None or reader.unreachable:
                return False
            text = self._texts.get(reader.language, key, **args)
            await self._bot.send_message(person, text[:4000], disable_notification=key == "feed.recovered")
        except (AiogramError, StorageError) as error:
            log.warning("somebody could not be told", person=person, about=key, error=str(error))
            return False
        return True


def _name(feed: Feed) -> str:
    return feed.title or feed.url
