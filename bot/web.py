"""The bot's own port: whether it is alive and ready, its figures, and Telegram's updates when they come by webhook.
Closed unless HTTP_PORT is set."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler
from prometheus_client import CONTENT_TYPE_LATEST

from bot.health import Health, Heartbeats
from bot.metrics import Metrics
from storage.base import Storage, StorageError

LARGEST_REQUEST = 1024 * 1024
"""Bytes. A message has 4,096 characters, a rich one 32,768; JSON may write each in twelve."""


class PortTaken(Exception):
    """HTTP_HOST:HTTP_PORT can't be listened on; the text says why."""


class Web:
    """`start` and `stop`; `post` adds a path before that."""

    def __init__(self, storage: Storage, metrics: Metrics, heartbeats: Heartbeats, host: str, port: int) -> None:
        self._storage, self._metrics, self._heartbeats = storage, metrics, heartbeats
        self._health = Health(storage.outbox, heartbeats)
        self._host, self._port = host, port
        self._app = web.Application(client_max_size=LARGEST_REQUEST)
        self._app.router.add_get("/healthz", self._alive)
        self._app.router.add_get("/readyz", self._ready)
        self._app.router.add_get("/metrics", self._figures)
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=1.0)

    def post(self, path: str, handler: Handler) -> None:
        self._app.router.add_post(path, handler)

    async def start(self) -> None:
        """Raises PortTaken."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise PortTaken(f"HTTP_PORT: {self._host}:{self._port} can't be opened ({error.strerror})") from None

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _alive(self, request: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _ready(self, request: web.Request) -> web.Response:
        report = await self._health.report()
        return web.json_response(report, status=200 if report["ready"] else 503)

    async def _figures(self, request: web.Request) -> web.Response:
        try:
            outbox, feeds = await self._storage.outbox.overview(recent=0), await self._storage.feeds.all()
        except StorageError as error:
            return web.Response(status=503, text=f"{error}\n")
        body = self._metrics.text(outbox, feeds, self._heartbeats.ages())
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
