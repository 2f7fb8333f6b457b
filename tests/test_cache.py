"""What stands before the answers: which are kept, for whom, and for how long."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from nqgraph.serving import front
from nqgraph.serving.front import Compressed, Figures, Front
from tests.waiting import elsewhere

TAG = '"v1"'


class Counting:
    """An application that counts what it is asked; answers once all of *waiting* have asked."""

    def __init__(self, size: int = 10, waiting: int = 1, tag: str = TAG) -> None:
        self.asked = 0
        self._size, self._waiting, self._tag = size, waiting, tag
        self._all = asyncio.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked += 1
        if self.asked >= self._waiting:
            self._all.set()
        await self._all.wait()
        headers = [(b"etag", self._tag.encode()), (b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"x" * self._size})


def scope(path: str, **headers: str) -> dict[str, Any]:
    return {
        "type": "http", "method": headers.pop("method", "GET"), "path": path, "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip


async def ask(app: Any, path: str, **headers: str) -> tuple[int, bytes, dict[bytes, bytes]]:
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope(path, **headers), None, send)
    return sent[0]["status"], b"".join(m.get("body", b"") for m in sent[1:]), dict(sent[0]["headers"])


def made(app: Any) -> Front:
    return Front(app, Figures(), lambda: TAG)


def test_an_answer_is_kept_and_given_again() -> None:
    """The second time nobody is asked; with the headers of every answer, once each."""

    async def run() -> None:
        app = Counting()
        before = made(app)
        first, second = await ask(before, "/a"), await ask(before, "/a")
        assert first == second and first[1] == b"x" * 10 and first[2][b"x-content-type-options"] == b"nosniff"
        assert app.asked == 1
        before.clear()
        await ask(before, "/a")
        assert app.asked == 2

    elsewhere(asyncio.run, run())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"host": "a.org"}, {"host": "b.org"}),
        ({"accept": "text/html"}, {"accept": "text/turtle"}),
        ({"accept_language": "de;q=0.1,en;q=0.9"}, {"accept_language": "de;q=0.9,en;q=0.1"}),
        ({"accept_encoding": "gzip"}, {"accept_encoding": "gzip;q=0"}),
        ({"if_none_match": TAG}, {}),
    ],
)
def test_what_an_answer_depends_on_is_in_its_key(one: dict[str, str], other: dict[str, str]) -> None:
    """Host, wishes and tags: no answer is given to those who asked for another."""

    async def run() -> None:
        app = Counting()
        before = made(app)
        for headers in (one, other, one, other):
            await ask(before, "/a", **headers)
        assert app.asked == 2

    elsewhere(asyncio.run, run())


@pytest.mark.parametrize(
    "headers", [{"method": "POST"}, {"method": "HEAD"}, {"range": "bytes=0-1"}, {"origin": "http://o.org"}]
)
def test_some_answers_are_never_kept(headers: dict[str, str]) -> None:
    """Other methods, parts, and answers to scripts of others."""

    async def run() -> None:
        app = Counting()
        before = made(app)
        for _ in range(2):
            await ask(before, "/a", **dict(headers))
        assert app.asked == 2

    elsewhere(asyncio.run, run())


def test_an_answer_of_another_version_is_not_kept() -> None:
    """The version may change while somebody answers."""

    async def run() -> None:
        app = Counting(tag='"v0"')
        before = made(app)
        for _ in range(2):
            await ask(before, "/a")
        assert app.asked == 2

    elsewhere(asyncio.run, run())


def test_the_oldest_answers_make_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not asked for the longest goes first, what is too long is not kept at all."""
    monkeypatch.setattr(front, "CACHE_SIZE", 5 * 10_000)
    monkeypatch.setattr(front, "LONGEST_KEPT", 9_000)

    async def run() -> None:
        app = Counting(9_000)
        before = made(app)
        for path in ("/1", "/2", "/3", "/4", "/5", "/1", "/6", "/1"):
            await ask(before, path)
        assert app.asked == 6
        await ask(before, "/2")
        assert app.asked == 7
        before.app = long = Counting(9_001)
        for _ in range(2):
            await ask(before, "/long")
        assert long.asked == 2

    elsewhere(asyncio.run, run())


def test_many_who_ask_at_once_do_not_fill_the_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers to the same question that come at once count as one."""
    monkeypatch.setattr(front, "CACHE_SIZE", 50_000)

    async def run() -> None:
        app = Counting(9_000, waiting=20)
        before = made(app)
        await asyncio.gather(*(ask(before, "/a") for _ in range(20)))
        assert app.asked == 20
        for path in ("/b", "/c", "/a", "/b", "/c", "/a"):
            await ask(before, path)
        assert app.asked == 22

    elsewhere(asyncio.run, run())


@pytest.mark.parametrize(("header", "zipped"), [("gzip", True), ("gzip;q=0", False), ("br", False), ("*", True)])
def test_answers_are_compressed_for_those_who_take_it(header: str, zipped: bool) -> None:
    """And for nobody who refuses it."""

    async def run() -> None:
        _, body, headers = await ask(Compressed(Counting(5_000)), "/a", accept_encoding=header)
        assert (headers.get(b"content-encoding") == b"gzip") is zipped
        assert (len(body) < 5_000) is zipped

    elsewhere(asyncio.run, run())
