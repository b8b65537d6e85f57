"""What a model writes, taken apart: sentences, numbers, and no markup."""

from __future__ import annotations

import pytest

from rag.generation.sentences import Sentence, SentenceStream, plain

TWO = "The drug targets CD19. [1][2] In one trial (n = 43), 69% of patients responded [3]."
TAKEN = [
    Sentence("The drug targets CD19.", (1, 2)),
    Sentence("In one trial (n = 43), 69% of patients responded.", (3,)),
]


def read(text: str, step: int = 7, *, is_cut: bool = False) -> list[Sentence]:
    stream = SentenceStream()
    found = [one for at in range(0, len(text), step) for one in stream.take(text[at : at + step])]
    return found + stream.rest(is_cut=is_cut)


@pytest.mark.parametrize("step", [1, 7, 23, 1000])
def test_however_it_comes_the_sentences_are_the_same(step: int) -> None:
    assert read(TWO, step) == TAKEN


def test_a_sentence_is_given_before_the_text_ends() -> None:
    stream = SentenceStream()
    assert stream.take("The drug targets CD19. [1]") == []
    (first,) = stream.take("[2] In one trial (n = 43), 69% of patients responded to it.")
    assert first == TAKEN[0]


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("It works [1, 3].", (1, 3)),
        ("It works [2-4].", (2, 3, 4)),
        ("It works.[1]", (1,)),
        ("It [2] works [1][2].", (2, 1)),
        ("It works [1](http://elsewhere.example/x).", (1,)),
        ("It works【2†source】.", (2,)),
        ("It works [^1].", (1,)),
        ("It works [Passage 7].", (7,)),
        ("It works [sources 2, 3].", (2, 3)),
        ("It works.", ()),
        ("It works [one].", ()),
    ],
)
def test_numbers_are_read_in_the_forms_that_models_use(
    written: str, numbers: tuple[int, ...]
) -> None:
    (found,) = read(written)
    assert found.numbers == numbers
    assert found.text.startswith("It ")
    assert "elsewhere" not in found.text


def test_an_isotope_is_no_citation() -> None:
    assert read("Uptake of [18]F-FDG fell [2].") == [Sentence("Uptake of [18]F-FDG fell.", (2,))]


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("A ![chart](http://x.example/a.png?q=secret) b", "A b"),
        ("A [link](http://x.example) b", "A link b"),
        ("A <img src=x onerror=alert(1)> b <b>c</b>", "A b c"),
        ("<div>A</div>", "A"),
        ("A <http://x.example/y> b", "A b"),
        ("A http://x.example/?q=secret b", "A b"),
        ("- **A** and __b__", "A and b"),
        ("## A", "A"),
        ("HLA-A*02:01 and HLA-B*07", "HLA-A*02:01 and HLA-B*07"),
        ("p <0.05 and n > 3", "p <0.05 and n > 3"),
        ("A\u202eb\x1b[31m\u200bc", "Ab [31mc"),
        ("`code` stays", "code stays"),
    ],
)
def test_markup_is_stripped_to_text(markdown: str, text: str) -> None:
    assert plain(markdown) == text


def test_thoughts_are_not_the_answer() -> None:
    assert read("<think>Maybe it cures. [1] Or not.</think>It works [1].") == [
        Sentence("It works.", (1,))
    ]
    assert read("<think>It cures everybody who takes it. [1] I am sure of that, or not.") == []


def test_a_list_of_sources_names_nothing() -> None:
    found = read("The drug targets CD19 [2].\n\n[1] Somebody et al. A title of a paper. 2020.")
    assert found[0] == Sentence("The drug targets CD19.", (2,))


def test_a_text_that_was_cut_off_loses_its_last_piece() -> None:
    assert read(TWO[:-20], is_cut=True) == TAKEN[:1]


def test_text_without_an_end_is_read_in_time() -> None:
    assert len(read("word " * 2000, step=3)) == 1


def test_numbers_in_a_line_of_their_own_are_read_in_every_spelling() -> None:
    first, second = read("The drug targets CD19.\n[Passage 1]\nIt was given to 43 patients. [2]")
    assert (first.numbers, second.numbers) == ((1,), (2,))
