"""`make bench`: each benchmark runs ours and the alternative side by side and prints medians and their ratio."""

from __future__ import annotations

import asyncio

from tests.bench import growth, outbox, pace, reading, sandbox, sending

if __name__ == "__main__":
    asyncio.run(sending.main())
    growth.main()
    asyncio.run(pace.main())
    asyncio.run(outbox.main())
    asyncio.run(reading.main())
    asyncio.run(sandbox.main())
