"""How a single article stands, and what an editor can do with it."""

from __future__ import annotations

from html import escape

from aiogram.types import InlineKeyboardMarkup

from bot.callbacks import CurateAct, CurateArticle
from bot.model.articles import Article
from bot.model.language import Language
from bot.texts import Texts
from handlers.admin.buttons import rows
from storage.base import Storage


async def standing(
    article: Article, storage: Storage, texts: Texts, language: Language
) -> tuple[str, InlineKeyboardMarkup]:
    announced, withheld, pinned = await storage.curation.standing(article.id)
    state = "withheld" if withheld else "announced" if announced else "waiting"
    lines = [f"<b>{escape(article.title)}</b>", texts.get(language, f"publish.{state}")]
    if pinned:
        lines.append(texts.get(language, "publish.pinned"))

    def of(key: str, act: CurateAct) -> tuple[str, CurateArticle]:
        return texts.get(language, key), CurateArticle(act=act, article=article.id)

    first = [] if announced and not withheld else [of("button.publish", CurateAct.PUBLISH)]
    pin = of("button.unpin", CurateAct.UNPIN) if pinned else of("button.pin", CurateAct.PIN)
    rest = [] if withheld else [[pin], [of("button.withhold", CurateAct.WITHHOLD)]]
    return "\n".join(lines), rows(first, *rest)


def withholding(article: Article, texts: Texts, language: Language) -> tuple[str, InlineKeyboardMarkup]:
    """The question before it is taken back from everybody. What changes nothing stands first, for a hasty thumb."""
    text = texts.get(language, "publish.surely_withhold", title=escape(article.title))
    keep = texts.get(language, "button.not_recall"), CurateArticle(act=CurateAct.OPEN, article=article.id)
    sure = texts.get(language, "button.withhold"), CurateArticle(act=CurateAct.SURELY_WITHHOLD, article=article.id)
    return text, rows([keep], [sure])
