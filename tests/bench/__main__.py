"""`make bench`: each benchmark runs ours and the alternative side by side and prints medians and their ratio."""

from __future__ import annotations

import asyncio
import logging

import structlog

from tests.bench import growth, outbox, pace, reading, rendering, sandbox, searching, sending

if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    asyncio.run(sending.main())
    growth.main()
    asyncio.run(pace.main())
    outbox.main()
    asyncio.run(reading.main())
    asyncio.run(searching.main())
    asyncio.run(rendering.main())
    asyncio.run(sandbox.main())
