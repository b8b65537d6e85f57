"""Filtered searches and answers: just what the filters let through, on a real index."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag import Answer, Assistant, Settings, build_index
from rag.cli.filters import filters_of
from rag.cli.main import _parser
from rag.filters import Filters
from tests.conftest import Run
from tests.processes import assert_one_line

MANY = 300
TEXTS = {
    "a/kettle.txt": "A copper kettle hums at 41 decibels before the water boils in it.",
    "a/deep/stove.txt": "An iron stove glows red.\n\n## Results\n\nThe stove hums at 52 decibels.",
    "ab/garden.txt": "Roses grow behind the gate.\n\n## Methods\n\nThe soil was dug in March.",
    "ab/drum.txt": "A drum is louder than any kettle that hums on a stove.",
}
MANIFEST = """\
file,title,authors,year,journal
a/kettle.txt,Kettles of copper,Anna Müller; John Smith,2015,Blood Advances
a/deep/stove.txt,Stoves and their noise,Jan MULLER,2018,The Lancet
ab/garden.txt,Gardens,Li Wei,2020,Blood
"""
QUESTION = "How loud does the copper kettle hum?"


def write(folder: Path) -> None:
    for name, text in TEXTS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "manifest.csv").write_text(MANIFEST, encoding="utf-8")
    rows = [
        {"_id": f"k{n}", "title": f"Kettle {n}", "text": f"Kettle {n} of copper hums at {n} dB."}
        for n in range(MANY)
    ]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "many.jsonl").write_text(lines, encoding="utf-8")
    (folder / "some.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows[:2]), "utf-8")


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filtered")
    write(folder / "docs")
    build_index([folder / "docs"], Settings.load(index=folder / "index"))
    return folder / "index"


@pytest.fixture(scope="module")
def kettles(index: Path) -> Iterator[Assistant]:
    with Assistant.open(index) as opened:
        yield opened


def found(assistant: Assistant, **filters: object) -> set[str]:
    """The documents that a search finds; more are asked for than there are."""
    hits = assistant.search(QUESTION, 1000, filters=Filters(**filters))
    assert len({hit.passage.id for hit in hits}) == len(hits)
    return {hit.passage.document_id for hit in hits}


KETTLE, STOVE, GARDEN, DRUM = TEXTS
CASES: list[tuple[dict[str, object], list[str], set[str]]] = [
    ({"years": 2020}, ["--years", "2020"], {GARDEN}),
    ({"years": (2015, 2018)}, ["--years", "2015-2018"], {KETTLE, STOVE}),
    ({"years": (2016, None)}, ["--years", "2016-"], {STOVE, GARDEN}),
    ({"years": (None, 2017)}, ["--years=-2017"], {KETTLE}),
    ({"author": "Müller"}, ["--author", "Müller"], {KETTLE, STOVE}),
    ({"author": "MULLER"}, ["--author", "MULLER"], {KETTLE, STOVE}),
    ({"author": "muller"}, ["--author", "muller"], {KETTLE, STOVE}),
    ({"author": "Jan Müller"}, ["--author", "Jan Müller"], {STOVE}),
    ({"author": "Müller John"}, ["--author", "Müller John"], set()),  # two authors
    ({"author": "Mull"}, ["--author", "Mull"], set()),
    ({"author": ["Li", "Smith"]}, ["--author", "Li", "--author", "Smith"], {KETTLE, GARDEN}),
    ({"journal": "blood"}, ["--journal", "blood"], {KETTLE, GARDEN}),
    ({"journal": "Lancet"}, ["--journal", "Lancet"], {STOVE}),
    ({"title": "gardens"}, ["--title", "gardens"], {GARDEN}),
    ({"title": "of copper"}, ["--title", "of copper"], {KETTLE}),
    ({"title": "copper of"}, ["--title", "copper of"], set()),
    ({"section": "results"}, ["--section", "results"], {STOVE}),
    ({"section": "Method"}, ["--section", "Method"], {GARDEN}),
    ({"section": "Meth"}, ["--section", "Meth"], set()),
    ({"author": "Smith, J."}, ["--author", "Smith, J."], {KETTLE}),
    ({"author": "J"}, ["--author", "J"], set()),
    ({"documents": "stove.txt"}, ["--document", "stove.txt"], {STOVE}),
    ({"documents": "tove.txt"}, ["--document", "tove.txt"], set()),
    ({"documents": GARDEN}, ["--document", GARDEN], {GARDEN}),
    ({"documents": "many.jsonl#k7"}, ["--document", "many.jsonl#k7"], {"many.jsonl#k7"}),
    ({"documents": "some.jsonl"}, ["--document", "some.jsonl"],
     {"many.jsonl#k0", "many.jsonl#k1"}),
    ({"documents": "some.jsonl#k1"}, ["--document", "some.jsonl#k1"], {"many.jsonl#k1"}),
    ({"documents": ["many.jsonl#k7", DRUM, "nothing.txt"]}, ["--document", DRUM,
     "--document", "many.jsonl#k7"], {DRUM, "many.jsonl#k7"}),
    ({"documents": "' OR 1=1 --"}, ["--document", "' OR 1=1 --"], set()),
    ({"folder": "a"}, ["--folder", "a"], {KETTLE, STOVE}),
    ({"folder": "a/deep/"}, ["--folder", "./a/deep"], {STOVE}),
    ({"folder": ["a/deep", "ab"]}, ["--folder", "a/deep", "--folder", "ab"],
     {STOVE, GARDEN, DRUM}),
    ({"folder": "deep"}, ["--folder", "deep"], set()),
    ({"folder": "%"}, ["--folder", "%"], set()),
    ({"folder": "a", "years": 2018}, ["--folder", "a", "--years", "2018"], {STOVE}),
    ({"folder": "ab", "years": 2018}, ["--folder", "ab", "--years", "2018"], set()),
    ({"author": "Li", "section": "methods"}, ["--author", "Li", "--section", "methods"], {GARDEN}),
]  # fmt: skip


@pytest.mark.parametrize(("filters", "options", "documents"), CASES)
def test_just_what_a_filter_lets_through_is_found(
    kettles: Assistant, filters: dict[str, object], options: list[str], documents: set[str]
) -> None:
    assert found(kettles, **filters) == documents


@pytest.mark.parametrize(("filters", "options", "documents"), CASES[::6])
def test_the_command_takes_the_same_filters(
    index: Path, rag: Run, filters: dict[str, object], options: list[str], documents: set[str]
) -> None:
    done = rag("search", "--json", QUESTION, "--limit", "50", *options, "--index", index)
    assert done.returncode == 0
    assert {json.loads(line)["document_id"] for line in done.stdout.splitlines()} == documents
    assert done.stderr.startswith("rag: no passage is left by ") is (not documents)


@pytest.mark.parametrize(("filters", "options", "documents"), CASES)
def test_the_options_are_these_filters(
    filters: dict[str, object], options: list[str], documents: set[str]
) -> None:
    given = filters_of(_parser().parse_args(["search", "a", *options]))
    if "nothing.txt" not in filters.get("documents", ()):
        assert given == Filters(**filters) or set(given.documents) == set(filters["documents"])


def test_no_filter_lets_all_through(kettles: Assistant) -> None:
    assert len(found(kettles)) == MANY + len(TEXTS)
    assert len(found(kettles, folder=".")) == MANY + len(TEXTS)


def test_the_one_of_many_is_found_though_all_others_are_nearer(kettles: Assistant) -> None:
    """A filter bounds the search; it does not sift what an unbounded one found."""
    everywhere = [hit.passage.document_id for hit in kettles.search(QUESTION, 250)]
    assert GARDEN not in everywhere
    hits = kettles.search(QUESTION, 10, filters=Filters(author="Li Wei"))
    assert {hit.passage.document_id for hit in hits} == {GARDEN}
    (best,) = kettles.search(QUESTION, 10, filters=Filters(title="Gardens"), by_document=True)
    assert best.passage.document_id == GARDEN


def test_a_section_lets_its_own_passages_through(kettles: Assistant) -> None:
    hits = kettles.search(QUESTION, 10, filters=Filters(section=["results", "methods"]))
    assert {hit.passage.section for hit in hits} == {"Results", "Methods"}


def test_what_is_left_out_is_passed_over(kettles: Assistant) -> None:
    without = Filters(without=["many.jsonl", KETTLE])
    hits = kettles.search(QUESTION, 1000, filters=without)
    assert {hit.passage.document_id for hit in hits} == {STOVE, GARDEN, DRUM}
    both = Filters(folder="a", without=[KETTLE])
    hits = kettles.search(QUESTION, 9, filters=both)
    assert {hit.passage.document_id for hit in hits} == {STOVE}
    by_place = Filters(documents="many.jsonl#k0", without=["some.jsonl#k0"])
    assert kettles.search(QUESTION, 9, filters=by_place) == []


def test_thousands_may_be_named(kettles: Assistant) -> None:
    names = [f"none-{n}.txt" for n in range(20_000)]
    assert found(kettles, documents=[*names, GARDEN]) == {GARDEN}
    assert found(kettles, folder=[*names[:5000], "ab"]) == {GARDEN, DRUM}
    assert found(kettles, author=[*names[:3000], "Li Wei"]) == {GARDEN}
    assert len(found(kettles, without=[*names, GARDEN])) == MANY + len(TEXTS) - 1


# -- answers ---------------------------------------------------------------------------------


def cited(answer: Answer) -> set[str]:
    citations = (*answer.citations, *answer.nearest)
    return {citation.document_id for citation in citations}


@pytest.mark.parametrize("filters", [Filters(folder="a"), Filters(years=2020)])
def test_an_answer_quotes_only_what_is_let_through(kettles: Assistant, filters: Filters) -> None:
    allowed = found(kettles, folder=filters.folder, years=filters.years)
    one = kettles.ask(QUESTION, filters=filters)
    many = kettles.ask_many([QUESTION, "What hums at 52 decibels?"], filters=filters)
    for answer in (one, *many):
        assert cited(answer) <= allowed
        assert cited(answer)
    assert many[0].text == one.text


def test_where_nothing_is_let_through_it_abstains(kettles: Assistant) -> None:
    answer = kettles.ask(QUESTION, filters=Filters(years=1900))
    assert answer.abstained
    assert answer.nearest == ()
    assert answer.confidence < 0.5
    assert kettles.search(QUESTION, 5, filters=Filters(years=1900)) == []


def test_the_command_abstains_where_nothing_is_let_through(index: Path, rag: Run) -> None:
    done = rag("ask", "--json", QUESTION, "--years", "1900", "--index", index)
    assert (done.returncode, done.stderr) == (3, "rag: no passage is left by years:1900\n")
    assert json.loads(done.stdout)["nearest"] == []


def test_a_batch_is_not_resumed_with_other_filters(index: Path, rag: Run, tmp_path: Path) -> None:
    questions, answers = tmp_path / "questions.txt", tmp_path / "answers.jsonl"
    questions.write_text(f"{QUESTION}\n", encoding="utf-8")
    assert rag("batch", questions, "-o", answers, "--index", index).returncode == 0
    before = answers.read_text(encoding="utf-8")
    other = rag("batch", questions, "-o", answers, "--years", "2020", "--index", index)
    assert "other filters" in assert_one_line(other, 2)
    assert answers.read_text(encoding="utf-8") == before


def test_nothing_found_is_noted_and_no_failure(index: Path, rag: Run) -> None:
    typed = f'{QUESTION} title:"no such" years:1900'
    done = rag("search", typed, "--folder", "a b", "--index", index)
    assert (done.returncode, done.stdout) == (0, "")
    expected = 'rag: no passage is left by years:1900 title:"no such" folder:"a b"\n'
    assert done.stderr == expected
    quiet = rag("search", typed, "--index", index, "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, "", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "a", "--years", "soon"],
        ["search", "a years:2016", "--years", "2015"],
        ["search", "a", "--title", "?"],
        ["search", "author:… a"],
        ["search", "a", "--folder", b"caf\xe9".decode("utf-8", "surrogateescape")],
        ["ask", "a", "--years", "2020-2015"],
        ["ask", "a", "--years", "9" * 30],
        ["ask", "a", "--author", ""],
    ],
)
def test_a_mistake_in_a_filter_is_misuse_in_one_line(
    index: Path, rag: Run, arguments: list[str]
) -> None:
    assert_one_line(rag(*arguments, "--index", index), 2)


def test_a_batch_is_asked_of_what_is_let_through(index: Path, rag: Run, tmp_path: Path) -> None:
    (tmp_path / "q.txt").write_text(f"{QUESTION}\nWhat grows behind the gate?\n")
    options = ["--folder", "a", "--index", index]
    done = rag("batch", tmp_path / "q.txt", "-o", tmp_path / "out.jsonl", *options)
    assert done.returncode == 0, done.stderr
    lines = map(json.loads, (tmp_path / "out.jsonl").read_text("utf-8").splitlines())
    cited = {one["document_id"] for line in lines for one in line["citations"] + line["nearest"]}
    assert cited
    assert cited <= {KETTLE, STOVE}


# -- an index that changes -------------------------------------------------------------------


def test_a_filter_sees_what_has_come_changed_and_gone(tmp_path: Path) -> None:
    """What a filter let through is kept for the next question, until the index changes."""
    docs, settings = tmp_path / "docs", Settings.load(index=tmp_path / "index")
    docs.mkdir()
    for name in ("one", "two"):
        (docs / f"{name}.txt").write_text(f"The kettle {name} hums.", encoding="utf-8")
    (docs / "manifest.csv").write_text("file,year\none.txt,2001\n", encoding="utf-8")
    build_index([docs], settings)

    with Assistant.open(tmp_path / "index") as assistant:

        def of(**filters: object) -> set[str]:
            found(assistant, **filters)  # the second is answered by what the first left
            return found(assistant, **filters)

        assert of(years=2001) == {"one.txt"}
        assert of(folder="new") == set()
        (docs / "manifest.csv").write_text("file,year\none.txt,2002\ntwo.txt,2001\n", "utf-8")
        (docs / "new").mkdir()
        (docs / "new" / "three.txt").write_text("The kettle three hums.", encoding="utf-8")
        build_index([docs], settings)
        assert of(years=2001) == {"two.txt"}
        assert of(folder="new") == {"new/three.txt"}
        # The same text in a second place is no new passage.
        (docs / "new" / "same.txt").write_text("The kettle two hums.", encoding="utf-8")
        build_index([docs], settings)
        assert of(folder="new") == {"new/three.txt", "two.txt"}
        (docs / "new" / "three.txt").unlink()
        build_index([docs], settings, sync=True)
        assert of(folder="new") == {"two.txt"}
