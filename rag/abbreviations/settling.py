"""One long form for each short form of a corpus; none where documents mean different things."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rapidfuzz.distance import Indel

from rag.terms import stems

_SAME = 0.8  # similarity of long forms from which they are spellings of one
_CLEAR = 0.6  # share of the documents that the commonest meaning needs
_MARGIN = 2  # … and how many times the next one's documents


def settle(definitions: Iterable[tuple[str, str, int]]) -> dict[str, str]:
    """Short forms with the long form that is meant by far most often.

    `definitions` are short form, long form and the number of documents that define it so.
    Spellings of one long form ("leukemia", "leukaemias") count together. A short form with
    several meanings, none clearly the commonest ("PD"), is left out: to write it out would be
    to guess. The commonest short forms come last.
    """
    by_short: dict[str, dict[str, int]] = {}
    for short, long, documents in definitions:
        counts = by_short.setdefault(short, {})
        counts[long] = counts.get(long, 0) + documents
    settled = [(sum(counts.values()), short, _meant(counts)) for short, counts in by_short.items()]
    return {short: long for _, short, long in sorted(settled) if long}


def _meant(counts: Mapping[str, int]) -> str:
    """The commonest spelling of the clearly commonest meaning, or nothing."""
    if len(counts) == 1:
        return next(iter(counts))
    meanings: list[tuple[str, str, int]] = []  # stems, commonest spelling, documents
    for long, documents in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        stemmed = " ".join(stems(long))
        for place, (known, spelling, total) in enumerate(meanings):
            if Indel.normalized_similarity(known, stemmed, score_cutoff=_SAME):
                meanings[place] = (known, spelling, total + documents)
                break
        else:
            meanings.append((stemmed, long, documents))
    meanings.sort(key=lambda meaning: -meaning[2])
    best = meanings[0][2]
    others = sum(documents for *_, documents in meanings[1:])
    next_best = meanings[1][2] if len(meanings) > 1 else 0
    clear = best >= _CLEAR * (best + others) and best >= _MARGIN * next_best
    return meanings[0][1] if clear else ""
