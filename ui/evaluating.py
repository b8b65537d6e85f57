"""The tab "Evaluate": a gold set asked of the assistant, and the report of how it fared.

A run asks every question, so there is one at a time for the whole server; it ends when it is
stopped, and when the page that began it is closed.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from rag.errors import CitewellError, UsageError
from rag.evaluation import GoldQuestion, Report, evaluate
from rag.evaluation.gold import GoldError, check_documents, read_gold
from rag.evaluation.tables import evidence_notes
from ui import feedback, report
from ui.components import QUIET, html

if TYPE_CHECKING:
    from rag import Assistant

GOLD_MB = 20
OF_A_FILE, OF_FEEDBACK = "A file", "The feedback that was given here"
INTRODUCTION = (
    '<p class="cw-hint">Ask questions whose right answers are known, and see how often the '
    "answers hold them. A gold set is a file of JSON lines, an object a question "
    "(<code>rag eval --help</code> shows one), or SQuAD 2.0's JSON.</p>"
)
NO_FILE = "Choose a gold set first: drop a file, or take the feedback."
NO_FEEDBACK = "No feedback has been given here yet: judge some answers in the chat first."
MISTAKES = "The gold set has mistakes; nothing was asked:"
BUSY = "An evaluation is under way in another window: wait until it is done, or stop it there."
FAILURE = "Something went wrong while evaluating; the terminal that runs Citewell says what."
_TICK = 0.25  # seconds between two looks at how far a run is

logger = logging.getLogger(__name__)


def evaluate_tab(assistant: Assistant, *, read_only: bool) -> None:
    """The tab's content, to be made where it shall stand; nothing at all in read-only mode."""
    if read_only:
        return
    runs = Runs(assistant)
    html(INTRODUCTION)
    with gr.Row(elem_id="cw-gold"):
        chosen = gr.Radio(
            [OF_A_FILE, OF_FEEDBACK], value=OF_A_FILE, label="Gold set", scale=1, min_width=280
        )
        file = gr.File(
            label=f"A gold set of at most {GOLD_MB} MB", height=140, scale=2, min_width=280
        )
    with gr.Row(elem_id="cw-evaluate"):
        start = gr.Button("Run", variant="primary", scale=0)
        stop = gr.Button("Stop", interactive=False, scale=0)
    status, shown = html("", elem_id="cw-run"), html("", elem_id="cw-report")

    def run(chosen: str, file: str | None, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        for view in runs.run(chosen, file, request.session_hash or ""):
            yield _outputs(view)

    def stop_run(request: gr.Request) -> None:
        runs.stop(request.session_hash or "")

    chosen.change(lambda it: gr.update(visible=it == OF_A_FILE), chosen, file, **QUIET)
    # Without a limit a second run would wait in line, and its owner would not be told why.
    start.click(run, [chosen, file], [status, shown, start, stop], concurrency_limit=None, **QUIET)
    stop.click(stop_run, None, None, queue=False, **QUIET)


@dataclass(frozen=True, slots=True)
class View:
    """What changes in the tab; `shown` None leaves the report that stands there."""

    status: str
    shown: str | None = None
    running: bool = False


def _outputs(view: View) -> tuple[Any, ...]:
    """Status, report, the button that runs and the one that stops."""
    return (
        view.status,
        gr.skip() if view.shown is None else view.shown,
        gr.update(interactive=not view.running),
        gr.update(interactive=view.running),
    )


class StoppedError(Exception):
    """Somebody stopped the run, or closed the page that it was for."""


class Run:
    """One evaluation, in a thread of its own; what it says of itself may be read from others."""

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.result: Future[Report] = Future()
        self.notes: list[str] = []
        self.done, self.total = 0, 0
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Ask no further question."""
        self._stopped.set()

    def ask(self, assistant: Assistant, path: Path) -> None:
        """Read the gold set, and ask it."""
        try:
            asked = evaluate(assistant, self._gold(assistant, path), progress=self._tell)
            self.result.set_result(replace(asked, gold=path.name))
        except Exception as error:
            self.result.set_exception(error)

    def _gold(self, assistant: Assistant, path: Path) -> list[GoldQuestion]:
        if path.stat().st_size > GOLD_MB << 20:
            raise UsageError(f"{path.name} is larger than {GOLD_MB} MB: take it in parts")
        questions = read_gold(path, notify=self.notes.append)
        known = [one.id for one in assistant.documents()]
        questions = check_documents(questions, known, path)
        self.notes += evidence_notes(questions, assistant.document)
        return questions

    def _tell(self, done: int, total: int) -> None:
        self.done, self.total = done, total
        if self._stopped.is_set():
            raise StoppedError


class Runs:
    """The evaluations of one assistant, one at a time."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._free = threading.Lock()
        self._run: Run | None = None

    def run(self, chosen: str, file: str | None, owner: str) -> Iterator[View]:
        """The views of a run from its start to its report, or of what stands in its way."""
        path = self._path(chosen, file)
        if path is None:
            yield View(report.mistakes(NO_FEEDBACK if chosen == OF_FEEDBACK else NO_FILE))
            return
        run = self._begun(path, owner)
        if run is None:
            yield View(report.mistakes(BUSY))
            return
        try:
            yield View(report.progress(0, 0), shown="", running=True)
            while not run.result.done():
                wait([run.result], timeout=_TICK)
                yield View(report.progress(run.done, run.total), running=True)
            yield _outcome(run, path)
        finally:
            run.stop()

    def stop(self, owner: str) -> None:
        """Stop the run that is under way, if it is the owner's."""
        run = self._run
        if run and run.owner == owner:
            run.stop()

    def _path(self, chosen: str, file: str | None) -> Path | None:
        """The gold set's file; None where there is none."""
        if chosen != OF_FEEDBACK:
            return Path(file) if file else None
        path = self._assistant.settings.index / feedback.FILE
        return path if path.is_file() else None

    def _begun(self, path: Path, owner: str) -> Run | None:
        """A run under way; None while there is another."""
        if not self._free.acquire(blocking=False):
            return None
        run = self._run = Run(owner)

        def ask() -> None:
            try:
                run.ask(self._assistant, path)
            finally:
                self._free.release()

        # A daemon: a server that is shut down waits for no run.
        threading.Thread(target=ask, name="evaluation", daemon=True).start()
        return run


def _outcome(run: Run, path: Path) -> View:
    """What is shown of a run that is over. Names of our own folders are taken out."""
    notes = [note.replace(str(path), path.name) for note in run.notes]
    try:
        asked = run.result.result()
        shown = report.report_to_view(asked)
    except StoppedError:
        line = f"Stopped after {run.done} of {run.total} questions: there is no report."
        return View(report.said(line))
    except GoldError as error:
        return View(report.mistakes(f"{path.name}. {MISTAKES}", error.problems))
    except CitewellError as error:
        return View(report.mistakes(str(error).replace(str(path), path.name)))
    except Exception as error:
        logger.error("the evaluation failed", exc_info=error)
        return View(report.mistakes(FAILURE))
    count = len(asked.rows)
    line = "1 question asked." if count == 1 else f"{count} questions asked."
    return View(report.said(line, notes), shown)
