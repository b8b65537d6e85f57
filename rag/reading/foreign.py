"""Readers that others trained, of two kinds, so that their logits mean what the shipped one's do.

They are read through torch.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.reading.foreign_loading import (
    SPANS,
    explained,
    load_cross_encoder,
    load_span_model,
)
from rag.reading.network import (
    CARD_FILE,
    END,
    EVIDENCE,
    NETWORK_FILE,
    SHIPPED,
    START,
    TOKENIZER_FILE,
    Reading,
    under_title,
)
from rag.sentences import split_sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEND = (
    f"give the folder or hub name of a model …{SPANS} or of a CrossEncoder with one output, "
    f'a folder of {CARD_FILE}, {NETWORK_FILE} and {TOKENIZER_FILE}, or "{SHIPPED}"'
)
_BATCH = 16
_MOST_TOKENS = 512  # where neither model nor tokenizer names fewer
_NO_STANCE = (0.0, 0.0, 0.0)  # these models say nothing of statements


class SpanNetwork:
    """An extractive question-answering model of Hugging Face's, trained to leave some unanswered.

    Its logits of a span's start and end are taken as they are, those of no span at the first
    token (Devlin et al. 2019). The passage's logit of answering is that of its best span over
    none; the evidence at a token that of the best span in the token's sentence.
    """

    def __init__(self, name: str) -> None:
        """Load the model. Raises ModelError."""
        self._name = name
        self._model, self._tokenizer = load_span_model(name, MEND)
        self._takes = set(inspect.signature(self._model.forward).parameters)
        most = getattr(self._model.config, "max_position_embeddings", None) or _MOST_TOKENS
        self._most_tokens = min(_MOST_TOKENS, self._tokenizer.model_max_length, most)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """See `Network`. Raises ModelError."""
        batches = [passages[first : first + _BATCH] for first in range(0, len(passages), _BATCH)]
        with explained(f"the reader {self._name} cannot read", MEND):
            return [reading for batch in batches for reading in self._read(question, batch)]

    def _read(self, question: str, passages: Sequence[tuple[str, str]]) -> Iterator[Reading]:
        texts = [under_title(title, text) for title, text in passages]
        encoded = self._tokenizer(
            [question] * len(texts),
            texts,
            # The passage gives way; the question only where it is the longer of the two.
            truncation="longest_first",
            max_length=self._most_tokens,
            padding=True,
            return_tensors="pt",
        )
        logits = self._logits(encoded)
        for row, (title, _) in enumerate(passages):
            shift = len(under_title(title, ""))
            yield self._reading(encoded.encodings[row], texts[row], shift, logits[row])

    def _logits(self, encoded: Any) -> NDArray[np.float32]:
        """Shape (passages, tokens, 3); of evidence, the third, the model says nothing."""
        import torch

        feed = {name: values for name, values in encoded.items() if name in self._takes}
        with torch.inference_mode():
            said = self._model(**feed)
        logits = torch.stack([said.start_logits, said.end_logits], dim=-1).float().numpy()
        return np.pad(logits, ((0, 0), (0, 0), (0, 1)))

    def _reading(
        self, encoding: Any, text: str, shift: int, logits: NDArray[np.float32]
    ) -> Reading:
        own, places = _own_tokens(encoding, text, shift)
        first = self._tokenizer.cls_token_id
        none = encoding.ids.index(first) if first in encoding.ids else 0
        reading = Reading(
            answers=0.0,
            stance=_NO_STANCE,
            tokens=logits[own],
            places=places,
            nothing=float(logits[none, START] + logits[none, END]),
        )
        for start, end in _sentences(text[shift:]):
            reading.tokens[reading.inside(start, end), EVIDENCE] = reading.span(start, end)[0]
        return replace(reading, answers=reading.span(0, len(text))[0])


class ScoreNetwork:
    """A sentence-transformers CrossEncoder with one output, asked for its logits.

    The passage's score is that of its answering and being relevant; each sentence is scored
    anew, under the title, and stands as one token with that score as evidence. There are no
    spans; the logits of one starting and ending are the sentence's score too, but for scores
    above 0, so that a span is never likelier than none, and far less likely where little fits.
    """

    def __init__(self, name: str) -> None:
        """Load the model. Raises ModelError."""
        self._name = name
        self._model = load_cross_encoder(name, "reader", MEND)

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """See `Network`. Raises ModelError."""
        places = [_sentences(text) for _, text in passages]
        whole = [under_title(title, text) for title, text in passages]
        parts = [
            under_title(title, text[start:end])
            for (title, text), own in zip(passages, places, strict=True)
            for start, end in own
        ]
        scores = self._score(question, [*whole, *parts])
        of_parts = iter(scores[len(whole) :])
        return [
            _scored(score, own, [next(of_parts) for _ in own])
            for score, own in zip(scores[: len(whole)], places, strict=True)
        ]

    def _score(self, question: str, texts: Sequence[str]) -> list[float]:
        import torch

        with explained(f"the reader {self._name} cannot read", MEND):
            scores = self._model.predict(
                [(question, text) for text in texts],
                batch_size=_BATCH,
                show_progress_bar=False,
                activation_fn=torch.nn.Identity(),
            )
            return [float(score) for score in scores]


def _scored(score: float, places: list[tuple[int, int]], evidence: list[float]) -> Reading:
    tokens = np.zeros((len(places), 3), dtype=np.float32)
    tokens[:, EVIDENCE] = evidence
    tokens[:, [START, END]] = np.minimum(tokens[:, [EVIDENCE]], 0.0)
    return Reading(
        answers=score,
        stance=_NO_STANCE,
        tokens=tokens,
        places=np.array(places, dtype=np.int64).reshape(-1, 2),
        nothing=0.0,
        relevant=score,
    )


def _own_tokens(encoding: Any, text: str, shift: int) -> tuple[list[int], NDArray[np.int64]]:
    """The passage's tokens and their places behind the title, white space not counted in.

    Many tokenizers count the space before a word in.
    """
    own, places = [], []
    spans = zip(encoding.sequence_ids, encoding.offsets, strict=True)
    for token, (sequence, (start, end)) in enumerate(spans):
        piece = text[start:end] if sequence == 1 else ""
        first = start + len(piece) - len(piece.lstrip())
        if piece.strip() and first >= shift:
            own.append(token)
            places.append((first - shift, first - shift + len(piece.strip())))
    return own, np.array(places, dtype=np.int64).reshape(-1, 2)


def _sentences(text: str) -> list[tuple[int, int]]:
    """The sentences of a passage; a line of its own is a unit too."""
    found, first = [], 0
    for line in text.split("\n"):
        found += [(first + start, first + end) for start, end in split_sentences(line)]
        first += len(line) + 1
    return found
