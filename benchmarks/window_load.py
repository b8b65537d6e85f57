"""Many windows at once: who asks what when, and whether each was given its own answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.window_sessions import AnswerError, BrowserSession, Seen, Session, WireSession
from rag import Assistant
from rag.asides import sort_out, without_courtesies
from ui.conversation import TURNS

if TYPE_CHECKING:
    from playwright.async_api import Browser


@dataclass(frozen=True, slots=True)
class Load:
    """So many windows, some of them in the browser, and what they ask a second together."""

    sessions: int = 20
    in_browser: int = 2
    rate: float = 2.0
    seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a session; its seconds count from when it was due, whatever came before it."""

    session: int
    question: str
    seconds: float
    seen: Seen | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is not as it should be, in a line each."""

    errors: tuple[str, ...]
    foreign: tuple[str, ...]  # a conversation that holds other questions than its session asked
    different: tuple[str, ...]  # other quotations than the assistant gives alone

    def __bool__(self) -> bool:
        return bool(self.errors or self.foreign or self.different)


def questions_of(index: Path, file: Path | None, least: int) -> list[str]:
    """The plain questions of a gold set; without one, the examples that the corpus gives.

    Exits where there are fewer than `least`.
    """
    if file:
        rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
        found = [str(row["question"]) for row in rows]
    else:
        with Assistant.open(index) as assistant:
            found = assistant.examples(least)
    plain = [one for one in dict.fromkeys(found) if sort_out(one) is None]
    if len(plain) < least:
        raise SystemExit(
            f"{len(plain)} questions for {least} sessions: give a file of more with --questions"
        )
    return plain


async def put_under_load(
    address: str, browser: Browser | None, questions: Sequence[str], load: Load
) -> list[Asked]:
    """Ask each session in turn; each has questions of its own."""
    async with AsyncExitStack() as stack:
        windows = [
            await _open(address, browser if number < load.in_browser else None, stack)
            for number in range(load.sessions)
        ]
        turns = [asyncio.Lock() for _ in windows]  # who waits for an answer asks nothing new
        start = time.perf_counter()

        async def ask(nth: int) -> Asked:
            due, number = start + nth / load.rate, nth % load.sessions
            own = questions[number :: load.sessions]
            question = own[nth // load.sessions % len(own)]
            await asyncio.sleep(due - time.perf_counter())
            async with turns[number]:
                try:
                    seen, error = await windows[number].ask(question), ""
                except AnswerError as problem:
                    seen, error = None, str(problem)
                return Asked(number, question, time.perf_counter() - due, seen, error)

        return list(await asyncio.gather(*map(ask, range(round(load.rate * load.seconds)))))


async def _open(address: str, browser: Browser | None, stack: AsyncExitStack) -> Session:
    """A window in the browser, where there is one; the stack closes it."""
    if browser is None:
        session = await WireSession.open(address)
        stack.push_async_callback(session.close)
        return session
    context = await browser.new_context()
    stack.push_async_callback(context.close)
    page = await context.new_page()
    await page.goto(address)
    await page.locator("#cw-question textarea").wait_for()
    return BrowserSession(page)


def check(index: Path, asked: Sequence[Asked]) -> Wrong:
    """Hold every answer against the questions of its session, and what is quoted alone."""
    foreign, different = [], []
    with Assistant.open(index) as assistant:
        for one, earlier in _with_earlier(asked):
            assert one.seen
            own = [*earlier, one.question][-TURNS:]
            if list(one.seen.questions[-TURNS:]) != own:
                foreign.append(f"session {one.session} asked {own}, shows {one.seen.questions}")
                continue
            alone = assistant.ask(without_courtesies(one.question), earlier)
            quotations = tuple(cited.quote for cited in alone.citations)
            if one.seen.quotations[-1] != quotations:
                told = f"{one.question!r}: {one.seen.quotations[-1]}, alone {quotations}"
                different.append(f"session {one.session}, {told}")
    errors = (f"session {one.session}, {one.question!r}: {one.error}" for one in asked if one.error)
    return Wrong(tuple(errors), tuple(foreign), tuple(different))


def _with_earlier(asked: Sequence[Asked]) -> Iterator[tuple[Asked, list[str]]]:
    """What was answered, with what the session had been answered before."""
    earlier: dict[int, list[str]] = {}
    for one in asked:
        if one.seen:
            before = earlier.setdefault(one.session, [])
            yield one, list(before)
            before.append(one.question)
