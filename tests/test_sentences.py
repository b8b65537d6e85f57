"""Sentences: what ends one, what does not, and that spans are exact."""

from __future__ import annotations

import json

import pytest

from rag.sentences import split_sentences
from tests.seeds import NAMES, SHARED, load

BAR = " | "
# One line a case; a bar stands where a sentence ends.
CASES = (
    "Ganzel et al. reported poor survival. | The cohort was large.",
    "This was shown by Delia et al. | The effect was small.",
    "S. Hrabovský and F. Folber wrote it. | M. Doubek agreed.",
    "J. R. R. Doe found a cure. | It failed.",
    "It was submitted on 28. 8. 2018 and accepted on 10. 1. 2019. | It appeared later.",
    "It appeared in 2018. | The rest followed.",
    "See N Engl J Med. 2016;374(23):2209–21 for the data. | They differ.",
    "Published in Bosn J Basic Med Sci. 2021 Aug 1;21(4):409-421.",
    "Patients with R/R AML died. | R/R ALL is different.",
    "Some drugs, e.g. Blinatumomab, bind CD19. | Others do not.",
    "Antibodies, i.e. IgG, were given. | No harm followed.",
    "A dose of 2.5 mg was given. | It sufficed.",
    "The difference was significant (P = .05). | We stopped.",
    "The rate fell by .05 per year. | Then it rose.",
    "As Fig. 2 shows, it fell. | Figs. 3 and 4 agree.",
    "Arm A vs. arm B differed. | Neither won.",
    "Arm A vs. Arm B differed. | Neither won.",
    "The U.S. FDA approved it. | Europe waited.",
    "It was approved in the U.S. | The drug then sold well.",
    "E. coli grew at 37.5 °C. | S. aureus did not.",
    "They lacked vitamin D. | The cause is unknown.",
    "They had hepatitis B. | They recovered.",
    "Survival improved [12]. | Relapse did not.",
    "Survival improved. [12] | Relapse did not.",
    "Survival improved.[12,13] | Relapse did not.",
    "Is it safe? | It is!  | Perhaps… | Nobody knows.",
    "They waited... | Then they left.",
    "He said “It works.” | She left.",
    'He said "It works." | She left.',
    "It works (see below.) | It fails.",
    "Dr. Martin treated Mr. Smith. | He recovered.",
    "Given at 5 p.m. on day 1. | Then stopped.",
    "Cells of Sp. nov. type grew. | Nothing else did.",
    "Of these, 85% survived. | 20% relapsed.",
    "We enrolled 42. | They were young.",
    "The gene is located on chromosome no. 5. | It is short.",
    "HR 0.71, 95% CI 0.5–0.9. | It held.",
    "The drug (approx. 3 ml) was given i.v. on day 2. | No harm.",
    "It ran at 0.03 units/min. | Hydrocortisone was added.",
    "The level was 54 nmol/L (2 mg/dl). | Women had more.",
    "They were kept at 37 °C for 24 h. | Cells were washed for 30 s. | Then they were dried.",
    "It took 5 min. | RNA was kept (at 3 wk). | Mice slept.",
    "It fell from 4 (2 g/l). | None rose.",
    "Add approx. 5 mg of it. | Stir.",
    "Add the min. Temperature and the max. Pressure of it.",
    "Cells vs. Placebo, e.g. Tumour cells, cf. Fig. 2 and Dr/Prof. Roe.",
    "Brno 2 M. Doubek and Prague 3 L. Roe wrote it.",
    "It was given i.v. Methylprednisolone b.i.d. Prednisone was not.",
    "It was given i.v. | Then it was given b.i.d. | Patients slept.",
    "One sentence without a stop",
    "Acute leukemia that does not respond to treatment. [from NCI]",
)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize("case", CASES)
def test_a_sentence_ends_where_a_reader_ends_it(case: str) -> None:
    sentences = [part.strip() for part in case.split("|")]
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize("text", ["", " ", "\n\n \t"])
def test_white_space_holds_no_sentence(text: str) -> None:
    assert split_sentences(text) == []


def test_a_blank_line_ends_a_sentence_that_has_its_stop() -> None:
    assert split("It works.\n\nnext line") == ["It works.", "next line"]


def assert_exact(text: str) -> None:
    """Spans ascend, do not overlap, have no white space at their ends, and leave none out."""
    position = 0
    for start, end in split_sentences(text):
        assert position <= start < end <= len(text)
        assert text[start:end] == text[start:end].strip()
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize("name", NAMES)
def test_spans_cover_the_seed_documents(name: str) -> None:
    assert_exact(load(name).text)


def test_spans_cover_two_hundred_abstracts() -> None:
    corpus = SHARED / "data" / "scifact" / "corpus.jsonl"
    if not corpus.is_file():
        pytest.skip(f"{corpus} is not at hand")
    with corpus.open(encoding="utf-8") as lines:
        for _, line in zip(range(200), lines, strict=False):
            assert_exact(json.loads(line)["text"])


@pytest.mark.parametrize(
    "text", ["... ", "?!", ". . .", "a.\x0bB.", "A. B. C.", "“.” “.”", "1. 2."]
)
def test_spans_are_exact_for_odd_texts(text: str) -> None:
    assert_exact(text)
    assert_exact(f"  {text}\n{text}  ")


def test_the_numbers_of_notes_belong_to_the_sentence_before_them() -> None:
    text = "It is found in the body.1,2 By binding it acts.5–7 This holds. See Fig.1 The end."
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "It is found in the body.1,2",
        "By binding it acts.5–7",
        "This holds.",
        "See Fig.1 The end.",
    ]


NOTED = (
    "It is cut by DPP-4….35,256,257 | Traditionally it is whole.",
    "It is made of GLP-1.54,55 | By doing so it lasts.",
    "It wakes STAT3.318–320 | Cells die.",
    "It binds GLP-1R.78 | The rest does not.",
    "It lasts 90 h.105 | Dulaglutide is large.",
    "It fell by 50%.43 | Rats drank less (as shown).44,45 | Mice did not.",
    "It was found in 1991.25 | In May it was lost.",
)
DECIMAL = (
    "The score of GLP-1.54 The lesser one.",
    "It cost 1991.25 USD and 2005.60 EUR.",
    "It was p-0.05 The alpha.",
    "It holds for i of 1…10 Cells and 1...10 Mice.",
    "It needs Version 3.11 Beta and Python3.12 Beta.",
)


@pytest.mark.parametrize("case", NOTED)
def test_numbers_of_notes_behind_a_name_or_a_measure_end_it(case: str) -> None:
    sentences = case.split(BAR)
    assert split(" ".join(sentences)) == sentences


@pytest.mark.parametrize("text", DECIMAL)
def test_decimals_end_nothing(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "stretch", ["J. R. Doe, ", ", vol. 1", "e.g. X ", ".", "A. ", "x ….1,2", "in 2005.1,"]
)
def test_a_long_text_is_split_in_time_that_grows_with_its_length(stretch: str) -> None:
    """It was the square: minutes for a text of 200,000 characters."""
    text = "It begins. " + stretch * (200_000 // len(stretch)) + " And it ends."
    spans = split_sentences(text)
    assert (spans[0][0], spans[-1][1]) == (0, len(text))
