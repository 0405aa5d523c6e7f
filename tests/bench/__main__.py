"""`make bench`: each benchmark runs ours and the alternative side by side and prints medians and their ratio."""

from __future__ import annotations

import asyncio

from tests.bench import outbox, reading

if __name__ == "__main__":
    asyncio.run(outbox.main())
    asyncio.run(reading.main())
