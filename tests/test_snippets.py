"""Snippets and highlights: slices of the document that hold the question's words."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from rag import Assistant, Settings, build_index
from rag.export import hit_to_dict
from rag.snippets import LENGTH, snippet
from rag.terms import index_stems, stems, words
from rag.types import Hit
from tests.conftest import Run
from tests.processes import restricted

QUESTIONS = [
    "Which antigens do monoclonal antibodies against B-ALL target?",
    "What does HSCT cure in children with relapsed leukaemia?",
    "FLT3-ITD inhibitors and chemotherapy",
    "How long do patients with refractory AML survive?",
    "Who wrote the review of 2021?",
    "sourdough bread",
]


def text_of(hit: Hit, start: int, end: int) -> str:
    passage = hit.passage
    assert passage.start <= start <= end <= passage.end
    return passage.text[start - passage.start : end - passage.start]


@pytest.mark.parametrize("question", QUESTIONS)
def test_highlights_are_words_of_the_question(assistant: Assistant, question: str) -> None:
    query = assistant.query(question)
    forms = {form for term in query.search_terms for form in term.alternatives}
    wanted = {stem for form in forms for stem in form} | {"".join(form) for form in forms}
    for hit in assistant.search(question, 60):
        document = assistant.document(hit.passage.document_id)
        for start, end in hit.highlights:
            marked = text_of(hit, start, end)
            assert document.text[start:end] == marked
            assert set(index_stems(marked)) & wanted
            assert marked == marked.strip()
        assert all(a[1] <= b[0] for a, b in pairwise(hit.highlights))


@pytest.mark.parametrize("question", QUESTIONS)
def test_each_word_of_the_question_is_highlighted(assistant: Assistant, question: str) -> None:
    query = assistant.query(question)
    single = {
        form[0] for term in query.search_terms for form in term.alternatives if len(form) == 1
    }
    for hit in assistant.search(question, 60):
        first = hit.passage.start
        for word in words(hit.passage.text):
            if word.stem in single:
                place = first + word.start, first + word.end
                assert any(a <= place[0] and place[1] <= b for a, b in hit.highlights)


def held(hit: Hit, start: int, end: int) -> set[str]:
    inside = [(a, b) for a, b in hit.highlights if start <= a and b <= end]
    return {" ".join(stems(text_of(hit, *span))) for span in inside}


def spans(hit: Hit, length: int) -> Iterator[tuple[int, int]]:
    """All that could be shown: from each word on, as far as the length goes."""
    first = hit.passage.start
    pieces = [match.span() for match in re.finditer(r"\S+", hit.passage.text)]
    for start, _ in pieces:
        ends = [end for _, end in pieces if start < end <= start + length]
        if ends:
            yield first + start, first + ends[-1]


def is_whole(text: str, start: int, end: int) -> bool:
    """Whether a slice cuts no word."""
    return (start == 0 or text[start - 1].isspace()) and (end == len(text) or text[end].isspace())


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("length", [80, 150, LENGTH])
def test_a_snippet_is_a_slice_with_most_of_the_questions_words(
    assistant: Assistant, question: str, length: int
) -> None:
    for hit in assistant.search(question, 60):
        passage = hit.passage
        start, end = snippet(hit, length)
        shown = text_of(hit, start, end)
        assert assistant.document(passage.document_id).text[start:end] == shown
        assert 0 < len(shown) <= length
        assert shown == shown.strip() or len(passage.text) <= length
        assert is_whole(passage.text, start - passage.start, end - passage.start)
        assert len(held(hit, start, end)) == max(
            len(held(hit, *span)) for span in spans(hit, length)
        )


def test_a_short_passage_is_shown_whole(assistant: Assistant) -> None:
    for hit in assistant.search("leukemia", 60):
        passage = hit.passage
        if len(passage.text) <= LENGTH:
            assert snippet(hit) == (passage.start, passage.end)


def one(folder: Path, text: str) -> Assistant:
    (folder / "docs").mkdir()
    (folder / "docs" / "a.txt").write_text(text, encoding="utf-8")
    build_index([folder / "docs"], Settings.load(index=folder / "index"))
    return Assistant.open(folder / "index")


@pytest.mark.parametrize(
    ("text", "question", "marked"),
    [
        ("The B-ALL and the T-ALL are all not a B.", "Is B-ALL hard?", ["B-ALL"]),
        ("An FLT3-ITD is in FLT3, not in ITDs.", "FLT3-ITD", ["FLT3-ITD", "FLT3", "ITDs"]),
        ("Ängste, leukaemias and tumors grow.", "angst of leukemia tumour", ["Ängste"]),
        ("Kettles, kettle's kettle-lid (kettle).", "kettle", ["Kettles", "kettle", "kettle"]),
    ],
)
def test_what_is_marked_of_a_text(
    tmp_path: Path, text: str, question: str, marked: list[str]
) -> None:
    with one(tmp_path, f"{text}\n") as assistant:
        (hit, *_) = assistant.search(question, 1)
        found = [text_of(hit, *span) for span in hit.highlights]
        places = [found.index(word) for word in dict.fromkeys(marked)]
        assert places == sorted(places)
        assert all(found.count(word) >= marked.count(word) for word in marked)
        if "B-ALL" in marked:
            assert not {"all", "B", "ALL", "T-ALL"} & set(found)


def test_a_word_longer_than_the_snippet_is_no_trouble(tmp_path: Path) -> None:
    long = "acgt" * 200
    with one(
        tmp_path, f"The kettle {long} hums before the stove and {long} the lid.\n"
    ) as assistant:
        for hit in assistant.search("kettle stove lid", 5):
            start, end = snippet(hit)
            assert hit.passage.start <= start < end <= hit.passage.end
            assert end - start <= LENGTH


# -- the command -----------------------------------------------------------------------------

ESCAPE = "\x1b"
BOLD = re.compile(r"\x1b\[1m(.*?)\x1b\[0m")
QUESTION = "antigens of monoclonal antibodies"


def in_terminal(arguments: Sequence[object], folder: Path, **environment: str) -> str:
    """What a command prints when a person looks on: its standard output is a terminal."""
    inside, outside = pty.openpty()
    variables = {k: v for k, v in os.environ.items() if k != "NO_COLOR"} | environment
    with subprocess.Popen(
        restricted("", arguments), stdout=outside, stderr=subprocess.PIPE, cwd=folder, env=variables
    ) as process:
        os.close(outside)
        parts = []
        try:
            while part := os.read(inside, 4096):
                parts.append(part)
        except OSError:  # Linux says so when the other end is closed
            pass
        finally:
            os.close(inside)
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait() == 0
    return b"".join(parts).decode("utf-8").replace("\r\n", "\n")


def test_a_pipe_gets_no_escape_codes(seed_index: Path, rag: Run) -> None:
    done = rag("search", QUESTION, "--index", seed_index)
    assert (done.returncode, done.stderr) == (0, "")
    assert ESCAPE not in done.stdout
    assert "monoclonal antibodies" in done.stdout


def test_a_terminal_gets_the_words_in_bold(seed_index: Path, rag: Run, tmp_path: Path) -> None:
    arguments = ["search", QUESTION, "--limit", "3", "--index", seed_index]
    bold = in_terminal(arguments, tmp_path)
    marked = BOLD.findall(bold)
    assert {"monoclonal", "antibodies"} <= {word.lower() for word in marked}
    plain = rag(*arguments).stdout
    assert BOLD.sub(r"\1", bold) == plain
    assert in_terminal(arguments, tmp_path, NO_COLOR="1") == plain
    assert ESCAPE not in in_terminal([*arguments, "--json"], tmp_path)


def test_escape_codes_of_a_title_do_not_reach_the_terminal(tmp_path: Path) -> None:
    row = {
        "_id": "k",
        "title": f"Ket{ESCAPE}[31mtles\x07 \u202etxt",
        "text": f"A {ESCAPE}[1mkettle hums.",
    }
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.jsonl").write_text(json.dumps(row) + "\n", encoding="utf-8")
    build_index([tmp_path / "docs"], Settings.load(index=tmp_path / "index"))
    shown = in_terminal(["search", "kettle", "--index", tmp_path / "index"], tmp_path)
    assert "hums" in shown
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", BOLD.sub(r"\1", shown))


def test_json_holds_what_a_list_shows(seed_index: Path, rag: Run, assistant: Assistant) -> None:
    done = rag("search", "--json", QUESTION, "--by-document", "--index", seed_index)
    hits = [json.loads(line) for line in done.stdout.splitlines()]
    expected = assistant.search(QUESTION, by_document=True)
    assert [hit["rank"] for hit in hits] == list(range(1, len(expected) + 1))
    for line, hit in zip(hits, expected, strict=True):
        text = assistant.document(line["document_id"]).text
        assert text[line["start"] : line["end"]] == line["text"]
        assert line["snippet"] in line["text"]
        assert line["highlights"] == [list(span) for span in hit.highlights]
        assert all(text[a:b].strip() for a, b in line["highlights"])
        assert set(line) == {
            *"rank score document_id title byline section page kind start end text".split(),
            *"similarity words snippet highlights".split(),
        }
        assert line == json.loads(json.dumps(hit_to_dict(line["rank"], hit)))
