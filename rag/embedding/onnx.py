"""The fast runtime: tokenizers and ONNX Runtime, no torch."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.embedding.model import MODEL_FILE, TOKENIZER_FILE, ModelCard
from rag.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 32


class OnnxEncoder:
    """An exported model. Same face as LangChain's `Embeddings`; `encode` gives arrays."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        """Load the files that `export` wrote into `folder`. Raises ModelError."""
        import onnxruntime
        from tokenizers import Tokenizer

        self.card = card
        onnxruntime.set_default_logger_severity(4)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = onnxruntime.InferenceSession(
                str(folder / MODEL_FILE), _options(), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            raise ModelError(
                f"the model's files in {folder} cannot be loaded: delete {folder / MODEL_FILE} "
                "and ask again; it is made anew"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        self._inputs = [node.name for node in self._session.get_inputs()]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One unit vector a text."""
        vectors = self.encode([self.card.document_prompt + text for text in texts])
        return [vector.tolist() for vector in vectors]

    def embed_query(self, text: str) -> list[float]:
        """The unit vector of a question."""
        return [float(x) for x in self.encode([self.card.query_prompt + text])[0]]

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors, shape (texts, dimension); longest texts first, so that padding is small."""
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.card.dimension), dtype=np.float32)
        for batch in _batches(encodings):
            feed = self._feed([encodings[i] for i in batch])
            vectors[batch] = self._session.run(["vectors"], feed)[0]
        return vectors

    def is_word(self, text: str) -> bool:
        """Whether the model's vocabulary holds the text whole: a common word of its language."""
        return self._tokenizer.token_to_id(text.lower()) is not None

    def _feed(self, encodings: Sequence[Any]) -> dict[str, NDArray[np.int64]]:
        width = max(len(encoding.ids) for encoding in encodings)
        arrays = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": [encoding.type_ids for encoding in encodings],
        }
        feed = {}
        for name in self._inputs:
            padded = np.zeros((len(encodings), width), dtype=np.int64)
            for row, values in enumerate(arrays[name]):
                padded[row, : len(values)] = values
            feed[name] = padded
        return feed


def _batches(encodings: Sequence[Any]) -> Iterator[list[int]]:
    """Positions in batches, longest texts first."""
    order = sorted(range(len(encodings)), key=lambda i: -len(encodings[i].ids))
    for start in range(0, len(order), _BATCH):
        yield order[start : start + _BATCH]


def _options() -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = len(os.sched_getaffinity(0)) if _has_affinity() else 0
    return options


def _has_affinity() -> bool:
    return hasattr(os, "sched_getaffinity")
