"""One guarded HTTP GET with validators. The only user of httpx; what happens is a value, not an exception.

Limits: `BODY_LIMIT` bytes on the wire and after inflating, `TOTAL_SECONDS` for everything (a server that drips slowly
ends there), `MOST_REDIRECTS` hops, each of them checked by bot.feeds.addresses.
"""

from __future__ import annotations

import asyncio
import hashlib
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore
import httpx
from yarl import URL

from bot.feeds.addresses import AddressNotPublic, GuardedBackend
from bot.model.feeds import Validators

BODY_LIMIT = 10 * 1024 * 1024
CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
MOST_REDIRECTS = 5
INFLATE_STEP = 65_536
"""Bytes inflated at a time: a small gzip body can hold a thousand times its size (and httpx inflates it whole)."""
LONGEST_RETRY_AFTER = 86_400.0
AGENT = "Newsbot/0.1 (news feed reader)"
REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)


@dataclass(frozen=True, slots=True)
class Fetched:
    body: bytes
    """Decoded as to gzip, otherwise as the server sent it."""
    content_type: str
    url: str
    """Where it was found in the end: relative links count from there."""
    validators: Validators
    moved_to: str | None
    """The new address, when every hop said that it is for good."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """304, or the same bytes as last time."""


@dataclass(frozen=True, slots=True)
class FetchFailed:
    reason: str
    """One line for an editor, without secrets."""
    gone: bool = False
    """410: it asks never to be fetched again."""
    retry_after: float | None = None
    """Seconds that the server wants to be left alone."""


FetchResult = Fetched | NotModified | FetchFailed


class _Failure(Exception):
    def __init__(self, failed: FetchFailed) -> None:
        self.failed = failed


class Fetcher:
    def __init__(
        self,
        *,
        allow_private_addresses: bool,
        total_seconds: float = TOTAL_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        transport = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=20, keepalive_expiry=5), retries=0)
        # httpx has no public way to choose the network backend of its pool; the version is pinned for this.
        transport._pool._network_backend = GuardedBackend(allow_private=allow_private_addresses)
        self._client = httpx.AsyncClient(
            transport=transport,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(total_seconds, connect=min(CONNECT_SECONDS, total_seconds)),
            headers={"User-Agent": AGENT, "Accept-Encoding": "gzip"},
        )
        self._total = total_seconds
        self._now = now

    async def close(self) -> None:
        await self._client.aclose()

    async def fetch(self, url: str, validators: Validators = Validators()) -> FetchResult:  # noqa: B008 — frozen
        try:
            async with asyncio.timeout(self._total):
                return await self._follow(url, validators)
        except _Failure as failure:
            return failure.failed
        except TimeoutError:
            return FetchFailed(f"the server took longer than {self._total:g} seconds")
        except (httpx.HTTPError, httpx.InvalidURL, httpcore.NetworkError) as error:
            return FetchFailed(_reason(error))
        except (UnicodeError, ValueError) as error:
            return FetchFailed(f"this address can't be used: {error}")

    async def _follow(self, url: str, validators: Validators) -> FetchResult:
        permanent = True
        here = url
        for _ in range(MOST_REDIRECTS + 1):
            if URL(here).scheme not in ("http", "https"):
                raise _Failure(
                    FetchFailed(f"{URL(here).scheme or 'no'} addresses are not fetched, only http and https")
                )
            request = self._client.build_request("GET", here, headers=_conditions(validators))
            response = await self._client.send(request, stream=True)
            try:
                if response.status_code not in REDIRECTS:
                    return await self._answer(response, here, validators, here if permanent and here != url else None)
                permanent = permanent and response.status_code in PERMANENT
                here = str(URL(here).join(URL(response.headers.get("location", ""))))
            finally:
                await response.aclose()
        return FetchFailed(f"more than {MOST_REDIRECTS} redirects")

    async def _answer(
        self, response: httpx.Response, url: str, validators: Validators, moved_to: str | None
    ) -> FetchResult:
        status = response.status_code
        if status == 304:
            return NotModified()
        if status != 200:
            retry_after = self._retry_after(response) if status in (429, 503) else None
            return FetchFailed(f"the server answers {status}", gone=status == 410, retry_after=retry_after)
        body = await _body(response)
        digest = hashlib.sha256(body).digest()
        if digest == validators.body_hash:
            return NotModified()
        return Fetched(
            body=body,
            content_type=response.headers.get("content-type", ""),
            url=url,
            validators=Validators(response.headers.get("etag"), response.headers.get("last-modified"), digest),
            moved_to=moved_to,
        )

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Both forms: seconds, or a date."""
        value = response.headers.get("retry-after", "").strip()
        if value.isdigit():
            seconds = float(value)
        else:
            try:
                moment = parsedate_to_datetime(value)
            except (ValueError, TypeError):
                return None
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = (moment - self._now()).total_seconds()
        return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {
        "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.8"
    }
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


async def _body(response: httpx.Response) -> bytes:
    encoding = response.headers.get("content-encoding", "identity").lower().strip()
    if encoding not in ("identity", "gzip", "x-gzip", "deflate", ""):
        raise _Failure(FetchFailed(f"the server uses an encoding that was not asked for ({encoding[:20]})"))
    inflater = zlib.decompressobj(47) if encoding not in ("identity", "") else None
    whole = bytearray()
    received = 0
    async for chunk in response.aiter_raw():
        received += len(chunk)
        if received > BODY_LIMIT:
            raise _Failure(_TOO_LARGE)
        if inflater is None:
            whole += chunk
            continue
        _inflate(inflater, chunk, whole)
    return bytes(whole)


def _inflate(inflater: zlib._Decompress, chunk: bytes, whole: bytearray) -> None:
    try:
        while chunk:
            whole += inflater.decompress(chunk, INFLATE_STEP)
            if len(whole) > BODY_LIMIT:
                raise _Failure(_TOO_LARGE)
            chunk = inflater.unconsumed_tail
    except zlib.error:
        raise _Failure(FetchFailed("the body is damaged (it can't be inflated)")) from None


_TOO_LARGE = FetchFailed(f"larger than {BODY_LIMIT // 1024 // 1024} MB")


def _reason(error: Exception) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AddressNotPublic):
            return f"{cause}; ALLOW_PRIVATE_ADDRESSES=true permits it"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, httpx.TimeoutException):
        return "the server does not answer in time"
    return f"the connection failed ({str(error) or type(error).__name__})"
