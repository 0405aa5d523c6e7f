"""An editor who sends breaking news through a bot that dies again and again, as a patient person would."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Protocol

from bot.sandbox.client import Json, SandboxUser, said

ROCKET = "🚀"
PATIENCE = 4.0
"""Seconds without an answer after which she tries again."""


class Announced(Protocol):
    def announced(self, text: str) -> bool:
        """Whether it has been confirmed."""


async def alerts(editor: SandboxUser, text: str, ledger: Announced, *, within: float = 90) -> None:
    """Until the alert is confirmed. However often she types, only one preview is ever sent off."""
    async with asyncio.timeout(within):
        offer = None
        while offer is None:
            await editor.sends(f"/breaking {text}")
            offer = await _offer(editor, text)
        while not ledger.announced(text):
            with suppress(AssertionError):
                await editor.taps(ROCKET, on=offer, within=PATIENCE)


async def _offer(editor: SandboxUser, text: str) -> Json | None:
    """The message with the button under the preview of this very text: that of an older one may come once more."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE):
            while True:
                shown = ""
                for message in await editor.messages():
                    if message["from"]["is_bot"]:
                        if ROCKET in str(message.get("reply_markup")) and shown == text:
                            return message
                        shown = said(message)
                await asyncio.sleep(0.05)
    return None
