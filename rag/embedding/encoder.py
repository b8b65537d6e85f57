"""Texts in, unit vectors out: tokenised, put into batches of like length, run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.model import MODEL_FILE, TOKENIZER_FILE, ModelCard
from rag.embedding.onnx import OnnxRuntime
from rag.embedding.runtime import Runtime, longest_first, pad
from rag.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

# What Hugging Face's models call what an encoding holds.
_ATTRIBUTES = {
    "input_ids": "ids",
    "attention_mask": "attention_mask",
    "token_type_ids": "type_ids",
}


class Encoder:
    """An exported model. Same face as LangChain's `Embeddings`; `encode` gives arrays."""

    def __init__(self, folder: Path, card: ModelCard, runtime: Runtime | None = None) -> None:
        """Load the files that `export` wrote into `folder`. Raises ModelError.

        `runtime` runs the model; ONNX Runtime, the soonest ready, where none is given.
        """
        from tokenizers import Tokenizer

        self.card = card
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._runtime = runtime or OnnxRuntime(folder / MODEL_FILE)
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            raise ModelError(
                f"the model's files in {folder} cannot be loaded: delete {folder / MODEL_FILE} "
                "and ask again; it is made anew"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        self.runtime = self._runtime.name
        self._inputs = {name: _ATTRIBUTES[name] for name in self._runtime.inputs}

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
        batches = list(longest_first(encodings, self._runtime.batch))
        feeds = (pad([encodings[i] for i in batch], self._inputs) for batch in batches)
        vectors = np.zeros((len(texts), self.card.dimension), dtype=np.float32)
        for batch, found in zip(batches, self._runtime.run(feeds), strict=True):
            vectors[batch] = found
        return vectors

    def is_word(self, text: str) -> bool:
        """Whether the model's vocabulary holds the text whole: a common word of its language."""
        return self._tokenizer.token_to_id(text.lower()) is not None
