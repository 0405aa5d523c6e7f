"""What people typed and tapped, as Telegram brought it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """What a person typed or tapped, as Telegram tells it, kept until it has been handled."""

    id: int
    """Telegram's update_id."""
    content: Mapping[str, Any]
    received_at: datetime
    tries: int
    """How often a start of the bot has found it unhandled."""
