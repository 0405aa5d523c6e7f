"""Questions to editors, and the messages that answer them. A question is a row: its answer may come after a restart."""

from __future__ import annotations

from datetime import UTC, datetime

from aiogram.filters import Filter
from aiogram.types import ForceReply, Message

from bot.model.ids import ChatId
from bot.model.language import Language
from bot.model.newsroom import Editor, Prompt, Purpose
from bot.texts import Texts
from storage.base import Storage


async def ask(
    message: Message, purpose: Purpose, subject: int, storage: Storage, texts: Texts, language: Language, **args: object
) -> None:
    """In the chat of that message; what is asked is the catalogues' `ask.<purpose>`."""
    question = await message.answer(texts.get(language, f"ask.{purpose.value}", **args), reply_markup=ForceReply())
    prompt = Prompt(purpose, subject)
    await storage.editors.ask(ChatId(question.chat.id), question.message_id, prompt, datetime.now(UTC))


class Answers(Filter):
    """A message that answers one of these questions. Any command instead means that the editor does something else.
    Goes behind IsEditor. Handlers get `prompt`."""

    def __init__(self, *purposes: Purpose) -> None:
        self._purposes = purposes

    async def __call__(self, message: Message, storage: Storage, editor: Editor) -> bool | dict[str, Prompt]:
        if (message.text or "").startswith("/") and not message.forward_origin:
            await storage.editors.asks_no_more(editor.user_id)
            return False
        replied = message.reply_to_message.message_id if message.reply_to_message else None
        prompt = await storage.editors.asked(editor.user_id, replied, datetime.now(UTC))
        return {"prompt": prompt} if prompt and prompt.purpose in self._purposes else False
