"""The fast runtime: tokenizers and ONNX Runtime, no torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from rag.embedding.model import MODEL_FILE, TOKENIZER_FILE, ModelCard
from rag.embedding.runtime import longest_first, open_session, pad
from rag.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BATCH = 8  # small enough for the caches: larger ones are slower on a processor
# What Hugging Face's models call what an encoding holds.
_ATTRIBUTES = {
    "input_ids": "ids",
    "attention_mask": "attention_mask",
    "token_type_ids": "type_ids",
}


class OnnxEncoder:
    """An exported model. Same face as LangChain's `Embeddings`; `encode` gives arrays."""

    def __init__(self, folder: Path, card: ModelCard) -> None:
        """Load the files that `export` wrote into `folder`. Raises ModelError."""
        from tokenizers import Tokenizer

        self.card = card
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
            self._session = open_session(folder / MODEL_FILE)
        except Exception as error:  # onnxruntime and tokenizers raise types of their own
            raise ModelError(
                f"the model's files in {folder} cannot be loaded: delete {folder / MODEL_FILE} "
                "and ask again; it is made anew"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.max_tokens)
        taken = {node.name for node in self._session.get_inputs()}
        self._inputs = {name: of for name, of in _ATTRIBUTES.items() if name in taken}

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
        for batch in longest_first(encodings, _BATCH):
            feed = pad([encodings[i] for i in batch], self._inputs)
            vectors[batch] = self._session.run(["vectors"], feed)[0]
        return vectors

    def is_word(self, text: str) -> bool:
        """Whether the model's vocabulary holds the text whole: a common word of its language."""
        return self._tokenizer.token_to_id(text.lower()) is not None
