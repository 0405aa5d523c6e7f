"""The bot's own port: whether it is alive, and its figures. Off unless HTTP_PORT is set."""

from __future__ import annotations

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST

from bot.metrics import Metrics
from storage.base import Storage, StorageError


class PortTaken(Exception):
    """HTTP_HOST:HTTP_PORT can't be listened on; the text says why."""


class Web:
    def __init__(self, storage: Storage, metrics: Metrics, host: str, port: int) -> None:
        self._storage, self._metrics, self._host, self._port = storage, metrics, host, port
        app = web.Application()
        app.router.add_get("/healthz", self._alive)
        app.router.add_get("/metrics", self._figures)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

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

    async def _figures(self, request: web.Request) -> web.Response:
        try:
            body = self._metrics.text(await self._storage.outbox.overview(recent=0))
        except StorageError as error:
            return web.Response(status=503, text=f"{error}\n")
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})
