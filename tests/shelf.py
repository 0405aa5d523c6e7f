"""An article as storage gives it, without a database, and the deliveries of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.model.articles import Article
from bot.model.deliveries import Delivery, DeliveryClass
from bot.model.ids import ArticleId, ChatId, DeliveryId
from bot.model.language import Language
from tests.articles import NOW


class Shelf:
    """Has one article under every id."""

    def __init__(self, article: Article) -> None:
        self.news = self
        self.kept = article
        self.loaded = 0

    async def article(self, article_id: ArticleId) -> Article:
        self.loaded += 1
        return replace(self.kept, id=article_id)


def delivery(number: int, language: Language = Language.RU, **more: Any) -> Delivery:
    fields: dict[str, Any] = {
        "id": DeliveryId(number),
        "kind": DeliveryClass.ROUTINE,
        "chat_id": ChatId(number),
        "language": language,
        "article_id": ArticleId(1),
        "broadcast_id": None,
        "attempt": 0,
        "waiting_since": NOW,
    }
    return Delivery(**{**fields, **more})
