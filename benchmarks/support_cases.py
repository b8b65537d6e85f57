"""Sentences to be checked: planted bad ones by kind, and true ones, over real texts.

What is planted is chosen and changed by rules of its own, not by those that look for it. Texts
and paraphrases have two parts: one is to tune on, the other only measures.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from rag.loaders import SourceFile, load_file
from rag.passages import split_document, split_text
from rag.query import term_weight
from rag.query.vocabulary import is_english
from rag.sentences import split_sentences
from rag.terms import folded_stem
from rag.types import Kind
from training import splits
from training.rows import read_rows
from training.written import documents, fitted

ROWS = Path(__file__).parent / "support_rows.jsonl"
CORPUS = Path(__file__).parent.parent / "corpus"
PARTS = ("tune", "measure")
WORDS = 110  # a passage, as in an index
_LENGTHS = (8, 45)  # words of a sentence that is tried
_PAIRS = (
    "increased decreased|increase decrease|increases decreases|higher lower|high low|more less|"
    "greater smaller|better worse|improved worsened|before after|superior inferior|longer shorter|"
    "positive negative|above below|earlier later|reduced raised|reduction rise|increasing reducing|"
    "stronger weaker|inhibited stimulated|upregulated downregulated"
)
_OTHER = {
    one: other for pair in _PAIRS.split("|") for one, other in (pair.split(), pair.split()[::-1])
}
_STRONGER = {"most": "all", "some": "all", "many": "all", "may": "", "might": "", "often": "always",
             "several": "all", "could": "", "suggest": "prove", "possibly": ""}  # fmt: skip
_NEGATIONS = {"not": "", "no": "", "without": "with", "cannot": "can", "never": "", "nor": "and"}
_AS_THEY_STAND = ("word for word", "invented citation")  # kinds that change no sentence
_VERB = re.compile(r"\b(?:is|are|was|were|can|will|has|have|had|could|would|should|did|does)\b")
_NUMBER = re.compile(r"(?<![\w.,:/-])\d+(?:\.\d+)?(?![\w.,:/]|-\d)")
_WORD = re.compile(r"(?<![\w-])[^\W_][\w-]*[^\W_](?![\w-])")


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and the passage that it cites; `kind` is how it came to be.

    The passage goes by the number 1; what `cites` another invents it. `made_of` is the sentence
    as it stood before it was changed.
    """

    kind: str
    sentence: str
    evidence: str
    title: str = ""
    cites: int = 1
    made_of: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A title and the passages of one document, with all its sentences."""

    title: str
    passages: tuple[str, ...]

    @property
    def sentences(self) -> list[tuple[str, str]]:
        """Each sentence of a fit length, with its passage."""
        return [
            (passage[a:b], passage)
            for passage in self.passages
            for a, b in split_sentences(passage)
            if _LENGTHS[0] <= len(passage[a:b].split()) <= _LENGTHS[1]
        ]


def read_texts(data: Path | None, part: str) -> list[Text]:
    """Half of the seeds' prose, and abstracts that do not train the reader.

    They are PubMedQA's that the calibration is fitted on, to tune, and SciFact's that our claims
    of the part "fit" are about, to measure.
    """
    texts = [text for _, text in sorted(_seeds().items())][PARTS.index(part) :: 2]
    if data is not None and part == "tune":
        rows = splits.pubmedqa(data, "fit")
        texts += [_abstract("", "\n".join(row["CONTEXTS"])) for _, row in sorted(rows.items())]
    elif data is not None:
        held, known = fitted("scifact"), documents(data, "scifact")
        texts += [_abstract(known[id].title, known[id].text) for id in sorted(held)]
    return [text for text in texts if text.passages]


def plant(texts: Sequence[Text], each: int) -> Iterator[Case]:
    """So many bad sentences of each kind, or as many as the texts give."""
    names = sorted({name for text in texts for p in text.passages for name in _names(p)})
    changes: dict[str, Callable[[str, str, random.Random], str | None]] = {
        "number changed": _change_number,
        "name swapped": lambda one, passage, rng: _swap_name(one, passage, rng, names),
        "negation dropped": _drop_negation,
        "negation added": _add_negation,
        "direction turned": lambda one, _, rng: _exchange(one, _OTHER, rng),
        "made stronger": lambda one, _, rng: _exchange(one, _STRONGER, rng),
    }
    for kind, change in changes.items():
        yield from _tried(texts, kind, change, each)
    yield from _misplaced(texts, each)
    for case in _tried(texts, "invented citation", lambda one, *_: one, each):
        yield replace(case, cites=2)


def take_true(texts: Sequence[Text], each: int) -> Iterator[Case]:
    """Sentences as they stand, and lightly cut ones: so many of each."""
    yield from _tried(texts, "word for word", lambda one, *_: one, each)
    yield from _tried(texts, "lightly cut", lambda one, *_: _cut(one), each)


def paraphrases(part: str) -> list[Case]:
    """Our own, over the seeds, every other one."""
    found = []
    for row in list(read_rows(ROWS))[PARTS.index(part) :: 2]:
        text = _seeds()[row["document"]]
        passage = next(one for one in text.passages if row["evidence"] in one)
        found.append(Case("paraphrased", row["sentence"], passage, text.title))
    return found


@cache
def _seeds() -> dict[str, Text]:
    found = {}
    for file in sorted(CORPUS.glob("*.txt")):
        (document,) = load_file(SourceFile(file, file.name), max_bytes=10_000_000)
        passages = split_document(document, passage_words=WORDS)
        prose = [one for one in passages if one.kind is Kind.PROSE]
        found[file.name] = Text(prose[0].title, tuple(one.text for one in prose))
    return found


def _abstract(title: str, text: str) -> Text:
    return Text(title, tuple(text[a:b] for a, b in split_text(text, WORDS)))


def _tried(
    texts: Sequence[Text],
    kind: str,
    change: Callable[[str, str, random.Random], str | None],
    each: int,
) -> Iterator[Case]:
    """A change made to sentences at random until there are enough."""
    rng = random.Random(kind)
    sentences = [(text, *one) for text in texts for one in text.sentences]
    rng.shuffle(sentences)
    for text, sentence, passage in sentences:
        if each == 0:
            return
        changed = change(sentence, passage, rng)
        if changed and (changed != sentence) == (kind not in _AS_THEY_STAND):
            each -= 1
            tidy = re.sub(r" +([.,;])", r"\1", changed)
            yield Case(kind, tidy, passage, text.title, made_of=sentence)


def _misplaced(texts: Sequence[Text], each: int) -> Iterator[Case]:
    """Sentences with another passage: in turn of the same document and of another."""
    rng = random.Random("wrong passage cited")
    for number in range(each):
        many = [text for text in texts if len(text.passages) > 1]
        text = rng.choice(many)
        sentence, own = rng.choice(text.sentences)
        source = rng.choice([one for one in texts if one is not text]) if number % 2 else text
        passages = [one for one in source.passages if one != own and sentence not in one]
        yield Case("wrong passage cited", sentence, rng.choice(passages), source.title)


def _change_number(sentence: str, passage: str, rng: random.Random) -> str | None:
    """Another number of the passage, or one that is a little or twice as large."""
    matches = list(_NUMBER.finditer(sentence))
    if not matches:
        return None
    match = rng.choice(matches)
    others = sorted({one for one in _NUMBER.findall(passage) if one not in sentence})
    value = float(match.group())
    made = [f"{value + 1:g}", f"{value * 2 or 3:g}", f"{value / 10 or 0.7:g}"]
    other = rng.choice(others if others and rng.random() < 0.5 else made)
    return _put(sentence, match, other)


def _swap_name(sentence: str, passage: str, rng: random.Random, names: Sequence[str]) -> str | None:
    """Another name of the passage, or of any text."""
    matches = [one for one in _WORD.finditer(sentence) if _is_name(one.group(), one.start())]
    if not matches:
        return None
    match = rng.choice(matches)
    here = [name for name in _names(passage) if name not in sentence]
    chosen = [
        one
        for one in (here if here and rng.random() < 0.5 else names)
        if one[0].isupper() == match.group()[0].isupper()
        and folded_stem(one)[:5] != folded_stem(match.group())[:5]
        and one not in sentence
    ]
    return _put(sentence, match, rng.choice(chosen)) if chosen else None


def _drop_negation(sentence: str, _: str, rng: random.Random) -> str | None:
    return None if re.search("not only|or not", sentence) else _exchange(sentence, _NEGATIONS, rng)


def _add_negation(sentence: str, _: str, rng: random.Random) -> str | None:
    matches = [one for one in _VERB.finditer(sentence) if one.start()]
    if not matches or re.search(r"\b(?:not?|nor)\b", sentence):
        return None
    match = rng.choice(matches)
    return _put(sentence, match, match.group() + " not")


def _exchange(sentence: str, others: dict[str, str], rng: random.Random) -> str | None:
    """One of the words for its other."""
    matches = [
        m for m in re.finditer(r"(?<![\w-])[a-z]+(?![\w-])", sentence) if m.group() in others
    ]
    if not matches:
        return None
    match = rng.choice(matches)
    return re.sub(r"  +", " ", _put(sentence, match, others[match.group()]))


def _cut(sentence: str) -> str:
    """Without a bracket, a first word that only joins, or examples at the end."""
    sentence = re.sub(r"\s\((?![^)]*\bnot?\b)[^()]*\)", "", sentence, count=1)
    sentence = re.sub(r"^(?:[A-Z][a-z]+ly|However|Moreover|Therefore|In addition), ", "", sentence)
    return re.sub(r", (?:including|such as|which|respectively)\b[^,;]*\.$", ".", sentence)


def _put(sentence: str, match: re.Match[str], other: str) -> str:
    return sentence[: match.start()] + other + sentence[match.end() :]


def _names(text: str) -> list[str]:
    found = (
        one for one in _WORD.finditer(text) if one.start() and text[one.start() - 2] not in "."
    )
    return sorted({one.group() for one in found if _is_name(one.group(), one.start())})


def _is_name(word: str, start: int) -> bool:
    """Codes, capitals inside a sentence, and words of no dictionary."""
    if len(word) > 2 and any(char.isupper() for char in word[1:]):
        return True
    if start and word[0].isupper() and len(word) > 3 and term_weight(folded_stem(word)) > 0.6:
        return True
    plain = word.lower()
    return len(word) > 5 and plain.isalpha() and not is_english(plain)
