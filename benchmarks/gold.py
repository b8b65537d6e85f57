"""How well an index answers a gold set.

    python -m benchmarks.gold tests/gold/seeds_test.jsonl --index index [--list] [--json FILE]

A fact counts when one of its spellings stands in the answer, bounded by non-letters and
non-digits, after NFKC, case, white space and hyphens are folded. A question is *right* when it is
answerable and every fact stands in the quotations, or unanswerable and the assistant abstained. A
quotation is precise when it overlaps a gold evidence sentence.
"""

from __future__ import annotations

import argparse
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean

from rag import Answer, Assistant


@dataclass(frozen=True)
class Verdict:
    """How one question fared."""

    question: str
    kind: str
    document: str
    answerable: bool
    abstained: bool
    right: bool
    facts: float
    facts_first: float
    first_document: bool
    quotations: int
    precise: int
    confidence: float
    answer: str


def main() -> None:
    """Ask every question and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("--index", type=Path, default=Path("index"))
    parser.add_argument("--list", action="store_true", help="print every question and answer")
    parser.add_argument("--json", type=Path, help="write the verdicts")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.gold.read_text(encoding="utf-8").splitlines()]
    with Assistant.open(arguments.index) as assistant:
        verdicts = [judge(row, assistant.ask(row["question"])) for row in rows]
    if arguments.list:
        for verdict in verdicts:
            print_verdict(verdict)
    if arguments.json:
        arguments.json.write_text(
            "".join(json.dumps(asdict(v), ensure_ascii=False) + "\n" for v in verdicts),
            encoding="utf-8",
        )
    print_figures(verdicts)


def judge(row: dict[str, object], answer: Answer) -> Verdict:
    """The verdict on an answer to a row of the gold set."""
    facts: list[list[str]] = row["answers"]  # type: ignore[assignment]
    documents: list[str] = row["documents"]  # type: ignore[assignment]
    evidence = [squeezed(sentence) for sentence in row["evidence"]]  # type: ignore[attr-defined]
    quotes = [citation.quote for citation in answer.citations]
    found = share_of_facts(facts, quotes)
    precise = sum(any(squeezed(q) in e or e in squeezed(q) for e in evidence) for q in quotes)
    about = documents[0] if documents else str(row.get("about", ""))
    first = answer.citations[0].document_id if answer.citations else None
    return Verdict(
        question=str(row["question"]),
        kind=str(row.get("kind", "")),
        document=about,
        answerable=bool(facts),
        abstained=answer.abstained,
        right=found == 1.0 if facts else answer.abstained,
        facts=found,
        facts_first=share_of_facts(facts, quotes[:1]),
        first_document=first in documents,
        quotations=len(quotes),
        precise=precise,
        confidence=answer.confidence,
        answer=answer.text,
    )


def share_of_facts(facts: Sequence[Sequence[str]], quotes: Sequence[str]) -> float:
    """The share of the facts that stand in the quotations."""
    text = folded(" ".join(quotes))
    held = [any(stands(folded(spelling), text) for spelling in fact) for fact in facts]
    return sum(held) / len(held) if held else 0.0


def stands(spelling: str, text: str) -> bool:
    """Whether a spelling stands in a text, bounded by non-letters and non-digits."""
    return re.search(rf"(?<![^\W_]){re.escape(spelling)}(?![^\W_])", text) is not None


def folded(text: str) -> str:
    """NFKC, lower case, single spaces, hyphens gone."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.sub(r"[-‐‑‒–—]", "", text).split())


def squeezed(text: object) -> str:
    """Folded, without any white space: glued and mended text are the same."""
    return folded(str(text)).replace(" ", "")


def print_verdict(verdict: Verdict) -> None:
    """A question, its answer and whether it was right."""
    mark = "right" if verdict.right else "WRONG"
    print(f"{mark} [{verdict.kind}, {verdict.confidence:.2f}] {verdict.question}")
    for line in verdict.answer.splitlines():
        print(f"      {line}")


def print_figures(verdicts: Sequence[Verdict]) -> None:
    """The figures over all, and right answers by document."""
    can = [v for v in verdicts if v.answerable]
    cannot = [v for v in verdicts if not v.answerable]
    answered = [v for v in can if not v.abstained]
    quotations = [v for v in verdicts if v.quotations]
    print(f"questions                       {len(verdicts)} ({len(can)} answerable)")
    print(f"fact recall, all quotations     {share(v.facts for v in can)}")
    print(f"fact recall, first quotation    {share(v.facts_first for v in can)}")
    print(f"right first document            {share(v.first_document for v in can)}")
    print(f"answered of answerable          {share(not v.abstained for v in can)}")
    for kind in ("near", "far"):
        print(
            f"abstained of unanswerable, {kind:5}"
            f"{share(v.abstained for v in cannot if v.kind == kind)}"
        )
    precise = sum(v.precise for v in answered) / max(1, sum(v.quotations for v in answered))
    print(f"quotation precision, answerable {precise:.3f}")
    print(f"quotations an answer            {share(v.quotations for v in quotations)}")
    print(f"AUROC of confidence             {auroc(can, cannot):.3f}")
    print("\nright answers by document       answerable   unanswerable")
    for name in sorted({v.document for v in verdicts}):
        cells = [
            f"{sum(v.right for v in part if v.document == name)}"
            f" of {sum(v.document == name for v in part)}"
            for part in (can, cannot)
        ]
        print(f"  {name:29} {cells[0]:12} {cells[1]}")


def share(values: Iterable[float]) -> str:
    """A mean, as it is printed."""
    found = list(values)
    return f"{mean(found):.3f}" if found else "-"


def auroc(positive: Sequence[Verdict], negative: Sequence[Verdict]) -> float:
    """The probability that an answerable question gets more confidence than another."""
    pairs = [
        (p.confidence > n.confidence) + 0.5 * (p.confidence == n.confidence)
        for p in positive
        for n in negative
    ]
    return mean(pairs) if pairs else float("nan")


if __name__ == "__main__":
    main()
