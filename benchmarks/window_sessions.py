"""One open window: over the wire, as its page speaks with the server, or in a real browser.

The page's own events are not in the server's public API. They go over Gradio's queue: `queue/join`
takes the number of an event and the values of its inputs, `queue/data` streams what comes of it,
and `heartbeat` keeps the session. What a browser keeps travels with every question.
"""

from __future__ import annotations

import asyncio
import html
import json
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import httpx
from gradio_client.utils import apply_diff

if TYPE_CHECKING:
    from playwright.async_api import Page

PATIENCE = 120.0  # seconds that an answer is waited for
_API = "gradio_api"
_QUESTION = re.compile(r'class="cw-question"[^>]*>(.*?)</div>', re.DOTALL)
# What stands in the page: the questions, and of each answer its quotations, in “ and ”.
_READ = """() => ({
  questions: [...document.querySelectorAll(".cw-question")].map((one) => one.textContent),
  quotations: [...document.querySelectorAll(".cw-answer")].map((answer) =>
    [...answer.querySelectorAll(".cw-quotation")].map((one) => {
      const copy = one.cloneNode(true);
      copy.querySelectorAll(".cw-cite, footer").forEach((part) => part.remove());
      return copy.textContent.trim().slice(1, -1);
    })),
})"""
_SETTLED = """(count) =>
  document.querySelector("#cw-notice [role=alert]") ||
  (document.querySelectorAll(".cw-answer").length === count &&
    !document.querySelector(".cw-waiting"))"""


class AnswerError(Exception):
    """The window gave no answer; the message says what it gave instead."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The conversation that a window shows: the questions, and each one's quotations."""

    questions: tuple[str, ...]
    quotations: tuple[tuple[str, ...], ...]


class Session(Protocol):
    """An open window. It asks one question at a time."""

    async def ask(self, question: str) -> Seen:
        """What the window shows once it is answered. Raises AnswerError."""


class BrowserSession:
    """A window in a browser."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers = 0

    async def ask(self, question: str) -> Seen:
        """Type and send, and read the page."""
        from playwright.async_api import Error

        box = self._page.get_by_label("Your question")
        try:
            await box.fill(question)
            await box.press("Enter")
            wanted, most = self._answers + 1, PATIENCE * 1000
            await self._page.wait_for_function(_SETTLED, arg=wanted, timeout=most)
            notice = self._page.locator("#cw-notice [role=alert]")
            if await notice.count():
                raise AnswerError(await notice.inner_text())
            told = await self._page.evaluate(_READ)
        except Error as error:
            raise AnswerError(str(error).splitlines()[0]) from error
        self._answers = wanted
        return Seen(tuple(told["questions"]), tuple(map(tuple, told["quotations"])))


class WireSession:
    """A window without a browser: the requests that its page makes, and what it would show."""

    def __init__(self, client: httpx.AsyncClient, config: Mapping[str, Any]) -> None:
        self._client = client
        self._config = config
        self._name = secrets.token_hex(8)
        self._values: dict[int, Any] = {
            one["id"]: None if one["type"] == "state" else one["props"].get("value")
            for one in config["components"]
        }
        self._growing: dict[str, list[Any]] = {}
        self._heart = asyncio.create_task(self._beat())

    @classmethod
    async def open(cls, address: str) -> WireSession:
        """Load the page, and let the events of its loading run."""
        origin = {"origin": address.rstrip("/")}
        client = httpx.AsyncClient(base_url=address, headers=origin, timeout=PATIENCE)
        (await client.get("/")).raise_for_status()
        session = cls(client, (await client.get("/config")).raise_for_status().json())
        await session._run(list(session._events("load")))
        return session

    async def close(self) -> None:
        """Leave, as a tab that is closed."""
        self._heart.cancel()
        with suppress(asyncio.CancelledError):
            await self._heart
        await self._client.aclose()

    async def ask(self, question: str) -> Seen:
        """Send the box, and read what the page would show and keep."""
        box = self._id_of("cw-question")
        self._values[box] = question
        try:
            await self._run(list(self._events("submit", box)))
        except httpx.HTTPError as error:
            raise AnswerError(f"{type(error).__name__}: {error}") from error
        if said := self._values[self._id_of("cw-notice")]:
            raise AnswerError(str(said))
        return self._seen()

    def _seen(self) -> Seen:
        """From what the browser would keep, once the chat shows the same questions."""
        shelf = self._values[self._id_of("cw-kept")]
        kept = next(one for one in shelf["conversations"] if one["id"] == shelf["open"])
        questions = tuple(turn["question"] for turn in kept["turns"])
        shown = tuple(_questions_in(self._values[self._id_of("cw-chat")]))
        quotations = tuple(
            tuple(cited["quote"] for answer in turn["answers"] for cited in answer["citations"])
            for turn in kept["turns"]
        )
        if shown[-len(questions) :] != questions:
            raise AnswerError(f"the chat shows {shown!r}, the browser keeps {questions!r}")
        return Seen(questions, quotations)

    def _id_of(self, name: str) -> int:
        parts = self._config["components"]
        found = [one["id"] for one in parts if one["props"].get("elem_id") == name]
        if len(found) != 1:
            raise SystemExit(f"the page has {len(found)} of {name}: this runner is too old")
        return int(found[0])

    def _events(self, name: str, of: int | None = None) -> Iterator[Mapping[str, Any]]:
        for one in self._config["dependencies"]:
            if any(event == name and of in (None, id) for id, event in one["targets"]):
                yield one

    async def _run(self, events: Sequence[Mapping[str, Any]]) -> None:
        """Join the queue with all of them, and take what comes until all have ended."""
        waiting, self._growing = {}, {}
        for one in events:
            told = {
                "data": [self._values[id] for id in one["inputs"]],
                "event_data": None,
                "fn_index": one["id"],
                "session_hash": self._name,
                "trigger_id": next((id for id, _ in one["targets"]), None),
            }
            joined = await self._client.post(f"/{_API}/queue/join", json=told)
            waiting[joined.raise_for_status().json()["event_id"]] = one
        about = {"session_hash": self._name}
        async with self._client.stream("GET", f"/{_API}/queue/data", params=about) as stream:
            async for line in stream.raise_for_status().aiter_lines():
                if line.startswith("data:"):
                    self._take(json.loads(line[5:]), waiting)
                if not waiting:
                    return
        raise AnswerError("the stream ended before the answer")

    def _take(self, message: Mapping[str, Any], waiting: dict[str, Mapping[str, Any]]) -> None:
        if message["msg"] in ("unexpected_error", "server_stopped"):
            raise AnswerError(str(message.get("message")))
        event = message.get("event_id")
        if message["msg"] == "process_generating" and event in waiting:
            self._set(waiting[event], self._grown(event, message["output"]["data"]))
        if message["msg"] != "process_completed" or event not in waiting:
            return
        one = waiting.pop(event)
        if not message["success"]:
            raise AnswerError(str(message["output"].get("error")))
        self._set(one, message["output"]["data"])

    def _grown(self, event: str, data: Sequence[Any]) -> list[Any]:
        """What an event has said so far: all of it at first, then how that changes."""
        before = self._growing.get(event)
        values = data if before is None else map(apply_diff, before, data)
        self._growing[event] = list(values)
        return self._growing[event]

    def _set(self, one: Mapping[str, Any], data: Sequence[Any]) -> None:
        for id, value in zip(one["outputs"], data, strict=True):
            if not (isinstance(value, dict) and value.get("__type__") == "update"):
                self._values[id] = value
            elif "value" in value:
                self._values[id] = value["value"]

    async def _beat(self) -> None:
        try:
            about = f"/{_API}/heartbeat/{self._name}"
            async with self._client.stream("GET", about, timeout=None) as stream:
                async for _ in stream.aiter_lines():
                    pass
        except httpx.HTTPError:
            return  # the next question says so


def _questions_in(chat: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The questions of a chat's messages; a bubble stands in several fields of its message."""
    for message in chat:
        if message["role"] == "user":
            found = _QUESTION.search(_bubble(message["content"]))
            yield html.unescape(found[1]) if found else ""


def _bubble(content: object) -> str:
    """The first HTML within a message's content that holds a question."""
    if isinstance(content, Mapping):
        content = list(content.values())
    if isinstance(content, str):
        return content if _QUESTION.search(content) else ""
    parts = content if isinstance(content, list) else []
    return next(filter(None, map(_bubble, parts)), "")
