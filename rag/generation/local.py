"""A chat model from a folder, run by transformers on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from rag.errors import ModelError
from rag.generation.calling import WritingError
from rag.reading.foreign_loading import explained, prepare

NEW_TOKENS = 512  # that it writes at most
_ROLES = {"system": "system", "human": "user", "ai": "assistant"}
_MEND = "give the folder of a text-generation model that transformers can load"


class LocalChatModel(BaseChatModel):
    """A causal language model and its tokenizer; greedy unless the model's own settings sample."""

    network: Any
    tokenizer: Any
    folder: str

    @classmethod
    def open(cls, folder: str) -> LocalChatModel:
        """Load it, to the GPU where torch sees one. Raises ModelError."""
        with explained(f"{folder} cannot be opened", _MEND):
            location, asked = prepare(folder)
            import torch
            from transformers import AutoModelForCausalLM, AutoTokenizer

            tokenizer = AutoTokenizer.from_pretrained(location, **asked)
            loaded: Any = AutoModelForCausalLM.from_pretrained(
                location, dtype="auto", output_loading_info=True, **asked
            )
            network, report = loaded
            if torch.cuda.is_available():
                network = network.to("cuda")
        if report["missing_keys"]:  # the library fills them at random
            raise ModelError(f"{folder} lacks weights, such as {min(report['missing_keys'])}")
        return cls(network=network.eval(), tokenizer=tokenizer, folder=folder)

    @property
    def _llm_type(self) -> str:
        return "transformers"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Raises WritingError where the messages leave no room in the model's context."""
        encoded = self._encoded(messages)
        taken = encoded["input_ids"].shape[1]
        room = self._room(taken)
        run = _Run(self.network, self.tokenizer, encoded, room)
        for text in run.text():
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))
        usage = UsageMetadata(
            input_tokens=taken, output_tokens=run.written, total_tokens=taken + run.written
        )
        finish = "length" if run.written >= room else "stop"
        yield ChatGenerationChunk(
            message=AIMessageChunk(
                content="", usage_metadata=usage, response_metadata={"finish_reason": finish}
            )
        )

    def _encoded(self, messages: Sequence[BaseMessage]) -> Any:
        said = [
            {"role": _ROLES.get(one.type, "user"), "content": str(one.text)} for one in messages
        ]
        if self.tokenizer.chat_template:
            encoded = self.tokenizer.apply_chat_template(
                said, add_generation_prompt=True, return_tensors="pt", return_dict=True
            )
        else:
            text = "\n\n".join(one["content"] for one in said)
            encoded = self.tokenizer(f"{text}\n\n", return_tensors="pt")
        return encoded.to(self.network.device)

    def _room(self, taken: int) -> int:
        """The tokens that it may write."""
        most: int | None = getattr(self.network.config, "max_position_embeddings", None)
        room = min(NEW_TOKENS, most - taken) if most else NEW_TOKENS
        if room < 1:
            raise WritingError(
                f"has a context of {most} tokens and was given {taken}: lower model_tokens"
            )
        return room


class _Run:
    """One text, generated in a thread; to leave the iterator ends it."""

    def __init__(self, network: Any, tokenizer: Any, encoded: Any, room: int) -> None:
        from transformers import TextIteratorStreamer

        streamer: Any = TextIteratorStreamer
        self.written = 0  # tokens
        self._network, self._encoded, self._room = network, encoded, room
        self._left = threading.Event()
        self._error: Exception | None = None
        self._streamer = streamer(tokenizer, skip_prompt=True, skip_special_tokens=True)

    def text(self) -> Iterator[str]:
        """Pieces of the text. Raises whatever the model does."""
        thread = threading.Thread(target=self._generate, name="transformers", daemon=True)
        thread.start()
        try:
            yield from self._streamer
        finally:
            self._left.set()
            thread.join()
        if self._error:
            raise self._error

    def _generate(self) -> None:
        try:
            made = self._network.generate(
                **self._encoded,
                streamer=self._streamer,
                max_new_tokens=self._room,
                stopping_criteria=[self._is_left],
            )
            self.written = made.shape[1] - self._encoded["input_ids"].shape[1]
        except Exception as error:
            self._error = error
            self._streamer.end()

    def _is_left(self, ids: Any, scores: Any, **_: Any) -> Any:
        import torch

        return torch.full((ids.shape[0],), self._left.is_set(), device=ids.device)
