"""A tiny chat model in a folder: it says one sentence, whatever it is told."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

GO, END = "<go>", "<end>"


def save_chat_model(folder: Path, words: Sequence[str], *, context: int = 1024) -> Path:
    """A GPT-2 that has unlearned to attend: each word, none twice, is followed by the next."""
    import torch
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import WhitespaceSplit
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    chain = [GO, *words, END]
    vocabulary = {word: number for number, word in enumerate([*chain, "<other>"])}
    tokenizer = Tokenizer(WordLevel(vocabulary, unk_token="<other>"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, unk_token="<other>", eos_token=END,
        additional_special_tokens=[GO],
    )  # fmt: skip
    fast.chat_template = (
        "{% for one in messages %}{{ one['content'] }} {% endfor %}"
        f"{{% if add_generation_prompt %}}{GO}{{% endif %}}"
    )
    fast.save_pretrained(folder)
    size, wide = len(vocabulary), 4 * ((len(vocabulary) + 3) // 4)
    config = GPT2Config(
        vocab_size=size, n_positions=context, n_embd=wide, n_layer=1, n_head=1,
        tie_word_embeddings=False, bos_token_id=0, eos_token_id=vocabulary[END],
        pad_token_id=vocabulary[END],
    )  # fmt: skip
    model = GPT2LMHeadModel(config)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            if "ln" not in name:
                weights.zero_()
        model.transformer.wte.weight.copy_(torch.eye(size, wide))
        for number in range(len(chain) - 1):
            model.lm_head.weight[number + 1, number] = 1.0
    model.save_pretrained(folder)
    return folder
