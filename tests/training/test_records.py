"""Made-up records: what is right is a slice that states it, what has no answer holds none."""

from __future__ import annotations

import hashlib
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tokenizers import Tokenizer

from rag.embedding.model import locate
from rag.reading.network import under_title
from rag.settings import DEFAULT_MODEL
from tests.seeds import CORPUS, ROOT
from training.reader.batches import LONGEST
from training.reader.examples import Example
from training.reader.records import records
from training.reader.records.asking import ASKED, WAYS
from training.reader.records.drawing import FACTS, LACKS, UNASKED, draw
from training.reader.records.naming import fits, name, neighbour
from training.reader.records.papers import Paper, draw_journal, draw_paper
from training.reader.records.printing import Printed, show, values
from training.reader.records.stating import differs, hinted, stated
from training.reader.records.styles import ENTRIES, HEADERS
from training.reader.records.titles import Titles

DATA = ROOT.parent / "shared/data"
TITLE = "Slow growth of winter moss on north-facing walls: a field study"
DAY = r"(19|20)\d\d [A-Z][a-z]{2} \d{1,2}|\d{1,2} [A-Z]\w+ (19|20)\d\d"
# What an answer looks like, where that can be told from its form.
FORMS = {
    "year": r"(19|20)\d\d",
    "month": r"[A-Z][a-z]{2,8}",
    "day": DAY,
    "volume": r"\d{1,3}",
    "issue": r"\d{1,2}",
    "pages": r"[eR]?\d+([-–]\d+)?",
    "doi": r"10\.\d{4}/[\w.-]*\w",
    "pmid": r"\d{7,8}",
    "email": r"[a-z]+@[a-z]+\.example",
    "received": rf"{DAY}|\d+\. \d+\. (19|20)\d\d",
    "accepted": rf"{DAY}|\d+\. \d+\. (19|20)\d\d",
}


@pytest.fixture(scope="module")
def titles() -> Titles:
    if not (DATA / "scifact").exists():
        pytest.skip(f"{DATA / 'scifact'} is missing: its titles are what records are made around")
    return Titles(DATA)


@pytest.fixture(scope="module")
def made(titles: Titles) -> list[Example]:
    return list(records(DATA, random.Random(0), 1500))


@pytest.fixture(scope="module")
def papers() -> list[Paper]:
    rng = random.Random(4)
    return [draw_paper(TITLE, rng) for _ in range(30)]


def test_three_fifths_are_answerable(made: list[Example]) -> None:
    assert sum(one.answerable is True for one in made) / len(made) == pytest.approx(0.6, abs=0.05)


def test_answers_are_slices_within_their_evidence(made: list[Example]) -> None:
    for one in made:
        assert one.answers is not None or one.answerable
        assert bool(one.evidence) == one.answerable
        for a, b in one.answers or ():
            assert one.passage[a:b] == one.passage[a:b].strip() != ""
            assert any(start <= a < b <= end for start, end in one.evidence or ())


def test_evidence_is_of_whole_lines(made: list[Example]) -> None:
    for one in made:
        for start, end in one.evidence or ():
            label = one.passage[:start].rpartition("\n")[2]
            assert re.fullmatch(r"\s*[\[(]?\d*[\])]?\.? ?", label), label
            assert one.passage[end : end + 1] in ("", "\n")


def test_answerless_questions_hold_no_span(made: list[Example]) -> None:
    assert all(not one.answers and not one.evidence for one in made if not one.answerable)


def test_questions_vary_and_no_field_is_left_open(made: list[Example]) -> None:
    assert len({one.question for one in made}) > 0.98 * len(made)
    assert not [one.question for one in made if "{" in one.question or "??" in one.question]
    assert {one.passage.count("\n") for one in made} >= {0, 1, 2, 5, 8}


def test_nothing_is_cut_off_where_it_is_read(made: list[Example]) -> None:
    tokenizer = Tokenizer.from_file(str(Path(locate(DEFAULT_MODEL)) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    pairs = [(one.question, under_title(one.title, one.passage)) for one in made]
    assert max(len(one.ids) for one in tokenizer.encode_batch(pairs)) <= LONGEST


@pytest.mark.parametrize("hashing", ["1", "2"])
def test_the_same_seed_makes_the_same_in_any_process(titles: Titles, hashing: str) -> None:
    code = (
        "import hashlib, pathlib, random, sys\n"
        "from training.reader.records import records\n"
        "some = list(records(pathlib.Path(sys.argv[1]), random.Random(7), 200))\n"
        "print(hashlib.sha256(repr(some).encode()).hexdigest())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(DATA)],
        cwd=ROOT,
        env={"PYTHONHASHSEED": hashing, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    some, others = (list(records(DATA, random.Random(seed), 200)) for seed in (7, 8))
    assert done.stdout.strip() == hashlib.sha256(repr(some).encode()).hexdigest()
    assert some != others


# -- each fact ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", FORMS)
def test_answers_have_the_form_of_what_is_asked(titles: Titles, fact: str) -> None:
    for one in drawn(titles, "", fact, 25):
        for a, b in one.answers or ():
            assert re.fullmatch(FORMS[fact], one.passage[a:b]), (one.question, one.passage[a:b])


@pytest.mark.parametrize("fact", ["doi", "pmid"])
def test_what_is_missing_is_not_in_the_only_entry(titles: Titles, fact: str) -> None:
    label = {"doi": r"10\.\d{4}/", "pmid": r"PMID|pmid"}[fact]
    alone = [one for one in drawn(titles, "missing", fact, 60) if one.passage.count("\n") == 0]
    assert len(alone) > 10
    assert not [one.passage for one in alone if re.search(label, one.passage)]


@pytest.mark.parametrize("lack", LACKS)
def test_every_way_to_lack_an_answer_is_drawn(titles: Titles, lack: str) -> None:
    for fact in FACTS:
        if fact not in UNASKED.get(lack, ()):
            assert not any(one.answerable for one in drawn(titles, lack, fact, 2)), fact


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_is_asked_in_many_words(titles: Titles, fact: str) -> None:
    assert len(set(ASKED[fact])) >= 15
    assert len({one.question for one in drawn(titles, "", fact, 10)}) >= 9


def drawn(titles: Titles, lack: str, fact: str, count: int) -> Iterator[Example]:
    rng = random.Random(fact + lack)
    for _ in range(count):
        tries = (draw(titles, rng, lack, fact) for _ in range(2000))
        yield next(one for one in tries if one)


# -- in print ----------------------------------------------------------------------------------


@pytest.mark.parametrize("style", [*ENTRIES, *HEADERS], ids=lambda style: style.template[:40])
def test_what_is_printed_is_what_the_paper_says(papers: list[Paper], style: object) -> None:
    for paper in papers:
        printed = show(paper, style)  # type: ignore[arg-type]
        assert not re.search(r"[{}<>¶]|  |\.\.", printed.text.strip()), printed.text
        for fact, spans in printed.spans.items():
            shown = [printed.text[a:b] for a, b in spans]
            if fact == "author":
                pairs = zip(shown, paper.families, strict=False)
                assert all(family in text for text, family in pairs)
            elif not fact.startswith("folk"):
                assert {*shown} <= {*values(paper, fact)}


@pytest.mark.parametrize("fact", ["doi", "pmid", "issue", "place", "kind", "grant", "received"])
def test_what_is_not_stated_nor_hinted_is_not_there(papers: list[Paper], fact: str) -> None:
    told = ("place0", "place1", "place2") if fact == "place" else (fact,)
    for style in HEADERS:
        for paper in papers:
            printed = show(paper, style, told)
            assert stated(printed, fact) == []
            if not hinted(printed, fact):
                shown = {one for name in told for one in values(paper, name) if one}
                assert not [x for x in shown if re.search(rf"\b{re.escape(x)}\b", printed.text)]


# -- names and neighbours ----------------------------------------------------------------------


@pytest.mark.parametrize("slot", WAYS)
def test_a_name_means_its_paper_and_no_neighbour(titles: Titles, slot: str) -> None:
    rng, kept = random.Random(2), Counter[bool]()
    for template, told in WAYS[slot] * 3:
        paper = draw_paper(titles.draw(rng), rng)
        named = name(template, paper, 0, rng)
        if named is None:
            continue
        text, details = named
        assert {*details} == told
        assert "{" not in text.replace("{noun}", "")
        assert fits(details, paper)
        other = neighbour(paper, details, titles, rng, short=False, same=True)
        assert not fits(details, other)
        if len(details) > 1:
            kept[any(fits({one: details[one]}, other) for one in details)] += 1
    assert kept[True] > 2 * kept[False]  # most share one of the details


def test_another_paper_shows_that_it_is_another(papers: list[Paper]) -> None:
    paper, other = papers[0], papers[1]
    details = {"people": (paper.families[0],), "year": (paper.published.year,)}
    bare = Printed(other, False)
    assert not differs(bare, details, paper, titled=False)
    assert differs(show(other, ENTRIES[0]), details, paper, titled=False)
    assert not differs(show(paper, ENTRIES[0]), details, paper, titled=False)


def test_nothing_of_the_corpus_is_named() -> None:
    text = "\n".join(one.read_text(encoding="utf-8") for one in CORPUS.glob("*.txt"))
    held, rng = {*re.findall(r"[\w'’-]+", text)}, random.Random(1)
    for _ in range(2000):
        assert not held & {*draw_paper(TITLE, rng, whole=False).families}
        assert not [one for one in draw_journal(rng) if re.search(rf"\b{one}\b", text)]
