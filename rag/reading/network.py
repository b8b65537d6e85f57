"""The trained cross-encoder on ONNX Runtime: question and passage in one pass, no torch.

`training/reader` makes it; `model/card.json` says from what, and holds its hash.
"""

from __future__ import annotations

import hashlib
import json
import math
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from rag.embedding.runtime import count_cores, open_session, pad
from rag.errors import ModelError
from rag.reading.sections import telling_section
from rag.types import Kind, Passage

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHIPPED = "reader"  # what the shipped network is called in settings
CARD_FILE, NETWORK_FILE, TOKENIZER_FILE = "card.json", "reader.onnx", "tokenizer.json"
START, END, EVIDENCE = range(3)  # what a token's three numbers are
LONGEST_ANSWER = 40  # tokens
MOST_SPANS = 5  # short answers in one place
SPAN_MARGIN = 2.0  # how far below the best one's logit the others may lie
_LEAST_TOKENS = 16  # with fewer, a question leaves no room for a sentence
_MOST_TOKENS = 1 << 20  # beyond any network; tokenizers cannot count much further
_INPUTS = {"ids": "ids", "mask": "attention_mask", "types": "type_ids"}
_OUTPUTS = {"tokens": (3,), "passages": (4, 5)}  # and how many numbers each may give


@dataclass(frozen=True)
class Reading:
    """What the network says of one passage, in logits.

    `answers` is that of the passage answering; `stance` those of its leaving a statement
    undecided, supporting and contradicting it; `tokens`, shape (tokens, 3), those of an answer
    starting, an answer ending and evidence, for each token of the passage; `places`, shape
    (tokens, 2), the characters of the passage that they stand for. `nothing` is the logit of
    there being no span, `relevant` that of the passage's being of a document that is asked
    about; None where the network does not say.
    """

    answers: float
    stance: tuple[float, float, float]
    tokens: NDArray[np.float32]
    places: NDArray[np.int64]
    nothing: float
    relevant: float | None = None

    @property
    def is_finite(self) -> bool:
        """Whether all that probabilities are computed from are numbers."""
        numbers = (self.answers, self.nothing, self.relevant or 0.0, float(self.tokens.sum()))
        return all(map(math.isfinite, numbers))

    def evidence(self, start: int, end: int) -> tuple[float, float]:
        """Mean and greatest evidence logit of the tokens in `start:end`; -10 where none is."""
        chosen = self.tokens[self.inside(start, end), EVIDENCE]
        return (float(chosen.mean()), float(chosen.max())) if len(chosen) else (-10.0, -10.0)

    def span(self, start: int, end: int) -> tuple[float, tuple[int, int]]:
        """The best answer inside `start:end`: its logit over that of none, and its place."""
        places, scores = self._spans(start, end)
        return self._best(places, scores) if len(places) else (-10.0, (start, start))

    def spans(self, start: int, end: int) -> list[tuple[float, tuple[int, int]]]:
        """The answers inside `start:end` that are likelier than none, best first, as in `span`.

        No two overlap; there are MOST_SPANS at most, none more than SPAN_MARGIN below the best.
        """
        places, scores = self._spans(start, end)
        found: list[tuple[float, tuple[int, int]]] = []
        while len(places) and len(found) < MOST_SPANS:
            score, (first, last) = self._best(places, scores)
            if score <= 0 or (found and score < found[0][0] - SPAN_MARGIN):
                break
            found.append((score, (first, last)))
            before, after = places[None, :, 1] <= first, places[:, None, 0] >= last
            scores = np.where(before | after, scores, -np.inf)
        return found

    def inside(self, start: int, end: int) -> NDArray[np.bool_]:
        """Which tokens stand in `start:end`."""
        return (self.places[:, 0] < end) & (self.places[:, 1] > start)

    def _spans(self, start: int, end: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """The places of the n tokens inside, and the logit of each span from one to another.

        Shapes (n, 2) and (n, n); -inf for what runs backwards or is too long.
        """
        inside = self.inside(start, end)
        scores = self.tokens[inside, START][:, None] + self.tokens[inside, END][None, :]
        allowed = np.triu(np.ones_like(scores)) - np.triu(np.ones_like(scores), LONGEST_ANSWER)
        return self.places[inside], np.where(allowed > 0, scores, -np.inf)

    def _best(
        self, places: NDArray[np.int64], scores: NDArray[np.float32]
    ) -> tuple[float, tuple[int, int]]:
        first, last = divmod(int(scores.argmax()), len(places))
        place = int(places[first, 0]), int(places[last, 1])
        return float(scores[first, last]) - self.nothing, place


class Network(Protocol):
    """What reads passages for a question: the shipped network, or another in its place."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """One Reading a passage, each given as its title (or "") and its text."""


class ReaderNetwork:
    """The shipped network, or one from a folder of the same three files."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load and check the files. Raises ModelError."""
        self.folder = folder or Path(str(resources.files("rag.reading").joinpath("model")))
        self._mend = "export it again, or name another" if folder else "install Citewell again"
        try:
            self.card = json.loads((self.folder / CARD_FILE).read_text(encoding="utf-8"))
            self._most_tokens = _checked(self.card["max_tokens"])
            self._check(NETWORK_FILE, str(self.card["sha256"]))
            if "tokenizer_sha256" in self.card:
                self._check(TOKENIZER_FILE, str(self.card["tokenizer_sha256"]))
        except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
            raise ModelError(
                f"the reader in {self.folder} cannot be read ({error}): {self._mend}"
            ) from error
        self._loading = threading.Lock()

    def _check(self, file: str, named: str) -> None:
        with (self.folder / file).open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != named:
            raise ModelError(
                f"{self.folder / file} is not the file that its card names "
                f"(sha256 {found[:12]}…, not {named[:12]}…): {self._mend}"
            )

    def load(self) -> None:
        """Make ready for the first passage: by one thread, whichever comes first.

        Raises ModelError.
        """
        with self._loading:
            _ = self._tokenizer, self._session, self._cores

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """See `Network`. Raises ModelError."""
        self.load()
        try:
            return self._read(question, passages)
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise ModelError(
                f"the reader in {self.folder} cannot read ({lines[0][:200]}): its tokenizer or "
                f"max_tokens may be another network's; {self._mend}"
            ) from error

    def _read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        pairs = [(question, under_title(title, text)) for title, text in passages]
        encodings = self._tokenizer.encode_batch(pairs)
        shifts = [len(under_title(title, "")) for title, _ in passages]
        outputs = self._cores.map(self._run, encodings)
        return [
            reading_of(encoding, shift, tokens, passage)
            for encoding, shift, (tokens, passage) in zip(encodings, shifts, outputs, strict=True)
        ]

    def _run(self, encoding: Any) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The numbers of one pair: how finely its activations are counted depends on it alone."""
        tokens, passage = self._session.run(list(_OUTPUTS), pad([encoding], _INPUTS))
        return tokens[0], passage[0]

    @cached_property
    def _cores(self) -> ThreadPoolExecutor:
        """A pair on each core is faster than each pair on all of them."""
        return ThreadPoolExecutor(count_cores(), thread_name_prefix="reader")

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER_FILE))
        except Exception as error:  # tokenizers raises nothing narrower
            raise self._unloaded(TOKENIZER_FILE) from error
        tokenizer.no_padding()
        # The passage gives way; the question only where it is the longer of the two.
        tokenizer.enable_truncation(self._most_tokens, strategy="longest_first")
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        try:
            session = open_session(self.folder / NETWORK_FILE, cores=1)
        except Exception as error:  # onnxruntime raises types of its own
            raise self._unloaded(NETWORK_FILE) from error
        widths = {one.name: one.shape[-1] for one in session.get_outputs()}
        takes = {one.name for one in session.get_inputs()}
        if takes != set(_INPUTS) or any(widths.get(n) not in w for n, w in _OUTPUTS.items()):
            raise ModelError(
                f"{self.folder / NETWORK_FILE} does not give three numbers a token and four or "
                f"five a passage, as a reader does: {self._mend}"
            )
        return session

    def _unloaded(self, file: str) -> ModelError:
        return ModelError(f"{self.folder / file} cannot be loaded: {self._mend}")


def _checked(most_tokens: object) -> int:
    """The most tokens that a card names. Raises ValueError."""
    if not isinstance(most_tokens, int) or not _LEAST_TOKENS <= most_tokens <= _MOST_TOKENS:
        raise ValueError(
            f"max_tokens must lie between {_LEAST_TOKENS} and {_MOST_TOKENS}, not {most_tokens!r}"
        )
    return most_tokens


def titled(passage: Passage) -> tuple[str, str]:
    """A passage as networks take it: what it stands under, and its text.

    Its title says what "these drugs" are for, its section what a list is of. The title of a
    list's document says nothing of the works that are listed: it is left out.
    """
    title = "" if passage.kind is Kind.REFERENCE else passage.title
    section = telling_section(passage)
    joint = " " if title.endswith((".", "?", "!")) else ". "
    return f"{title}{joint}{section}" if title and section else title or section, passage.text


def under_title(title: str, text: str) -> str:
    """What the network reads of a passage, in use as in training: under its title, if any."""
    return f"{title}\n{text}" if title else text


def reading_of(
    encoding: Any, shift: int, tokens: NDArray[np.float32], passage: NDArray[np.float32]
) -> Reading:
    """The Reading of one encoded pair: `shift` is the length of the title that stands before.

    `tokens` has shape (length, 3), `passage` 4 or 5 numbers.
    """
    places = np.array(encoding.offsets, dtype=np.int64)
    second = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    own = np.flatnonzero(second & (places[:, 1] > places[:, 0]) & (places[:, 0] >= shift))
    return Reading(
        answers=float(passage[0]),
        stance=(float(passage[1]), float(passage[2]), float(passage[3])),
        tokens=tokens[own],
        places=places[own] - shift,
        nothing=float(tokens[0, START] + tokens[0, END]),
        relevant=float(passage[4]) if len(passage) > 4 else None,
    )
