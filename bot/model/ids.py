"""Numbers that tell things apart; of chats and people they are Telegram's (64-bit, negative for groups)."""

from __future__ import annotations

from typing import NewType

FeedId = NewType("FeedId", int)
ArticleId = NewType("ArticleId", int)
CategoryId = NewType("CategoryId", int)
ChatId = NewType("ChatId", int)
BroadcastId = NewType("BroadcastId", int)
DeliveryId = NewType("DeliveryId", int)
