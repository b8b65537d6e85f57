"""The trained cross-encoder on ONNX Runtime: question and passage in one pass, no torch.

`training/reader` makes it; `model/card.json` says from what, and holds its hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.runtime import longest_first, open_session, pad
from rag.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

CARD_FILE, NETWORK_FILE, TOKENIZER_FILE = "card.json", "reader.onnx", "tokenizer.json"
START, END, EVIDENCE = range(3)  # what a token's three numbers are
LONGEST_ANSWER = 40  # tokens
_BATCH = 8
_INPUTS = {"ids": "ids", "mask": "attention_mask", "types": "type_ids"}


@dataclass(frozen=True)
class Reading:
    """What the network says of one passage, in logits.

    `answers` is that of the passage answering; `stance` those of its leaving a statement
    undecided, supporting and contradicting it; `tokens`, shape (tokens, 3), those of an answer
    starting, an answer ending and evidence, for each token of the passage; `places`, shape
    (tokens, 2), the characters of the passage that they stand for. `nothing` is the logit of
    there being no span.
    """

    answers: float
    stance: tuple[float, float, float]
    tokens: NDArray[np.float32]
    places: NDArray[np.int64]
    nothing: float

    def evidence(self, start: int, end: int) -> tuple[float, float]:
        """Mean and greatest evidence logit of the tokens in `start:end`; -10 where none is."""
        chosen = self.tokens[self._inside(start, end), EVIDENCE]
        return (float(chosen.mean()), float(chosen.max())) if len(chosen) else (-10.0, -10.0)

    def span(self, start: int, end: int) -> tuple[float, tuple[int, int]]:
        """The best answer inside `start:end`: its logit over that of none, and its place."""
        inside = np.flatnonzero(self._inside(start, end))
        if not len(inside):
            return -10.0, (start, start)
        scores = self.tokens[inside, START][:, None] + self.tokens[inside, END][None, :]
        allowed = np.triu(np.ones_like(scores)) - np.triu(np.ones_like(scores), LONGEST_ANSWER)
        best = int(np.where(allowed > 0, scores, -np.inf).argmax())
        first, last = divmod(best, len(inside))
        place = int(self.places[inside[first], 0]), int(self.places[inside[last], 1])
        return float(scores[first, last]) - self.nothing, place

    def _inside(self, start: int, end: int) -> NDArray[np.bool_]:
        return (self.places[:, 0] < end) & (self.places[:, 1] > start)


class ReaderNetwork:
    """The shipped network, or one from a folder of the same three files."""

    def __init__(self, folder: Path | None = None) -> None:
        """Load and check the files. Raises ModelError."""
        self.folder = folder or Path(str(resources.files("rag.reading").joinpath("model")))
        try:
            self.card = json.loads((self.folder / CARD_FILE).read_text(encoding="utf-8"))
            with (self.folder / NETWORK_FILE).open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except (OSError, ValueError) as error:
            raise ModelError(
                f"the reader in {self.folder} cannot be read ({error}): install Citewell again"
            ) from error
        if found != self.card["sha256"]:
            raise ModelError(
                f"{self.folder / NETWORK_FILE} is not the file that its card names "
                f"(sha256 {found[:12]}…, not {self.card['sha256'][:12]}…): install Citewell again"
            )

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """One Reading a passage, each given as its title (or "") and its text."""
        pairs = [(question, under_title(title, text)) for title, text in passages]
        encodings = self._tokenizer.encode_batch(pairs)
        shifts = [len(under_title(title, "")) for title, _ in passages]
        found: dict[int, Reading] = {}
        for batch in longest_first(encodings, _BATCH):
            feed = pad([encodings[i] for i in batch], _INPUTS)
            outputs = self._session.run(["tokens", "passages"], feed)
            for row, i in enumerate(batch):
                found[i] = _reading(encodings[i], shifts[i], outputs[0][row], outputs[1][row])
        return [found[i] for i in range(len(passages))]

    @cached_property
    def _tokenizer(self) -> Any:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / TOKENIZER_FILE))
        tokenizer.no_padding()
        # The passage gives way; the question only where it is the longer of the two.
        tokenizer.enable_truncation(self.card["max_tokens"], strategy="longest_first")
        return tokenizer

    @cached_property
    def _session(self) -> Any:
        try:
            return open_session(self.folder / NETWORK_FILE)
        except Exception as error:  # onnxruntime raises types of its own
            raise ModelError(
                f"{self.folder / NETWORK_FILE} cannot be loaded: install Citewell again"
            ) from error


def under_title(title: str, text: str) -> str:
    """What the network reads of a passage, in use as in training: under its title, if any."""
    return f"{title}\n{text}" if title else text


def _reading(
    encoding: Any, shift: int, tokens: NDArray[np.float32], passage: NDArray[np.float32]
) -> Reading:
    places = np.array(encoding.offsets, dtype=np.int64)
    second = np.array([sequence == 1 for sequence in encoding.sequence_ids])
    own = np.flatnonzero(second & (places[:, 1] > places[:, 0]) & (places[:, 0] >= shift))
    return Reading(
        answers=float(passage[0]),
        stance=(float(passage[1]), float(passage[2]), float(passage[3])),
        tokens=tokens[own],
        places=places[own] - shift,
        nothing=float(tokens[0, START] + tokens[0, END]),
    )
