"""Markdown: its headings, lists, tables and references are those of the document."""

from __future__ import annotations

import io

import pytest

from rag.cleaning import Extract, clean
from rag.errors import LoadError
from rag.loaders.markdown import read_markdown
from rag.types import Document, Field, Kind

NOTES = """\
---
title: "Kettles: a review"
author: [Ada Berg, Bo Lindqvist]
date: 2020-05-04
nested:
  deeper: value
keywords:
  - kettles
  - steam
doi: https://doi.org/10.5555/ket.2020.1
---

# Kettles: a review

Kettles boil water at 100 °C,
and *descaled* kettles need `1.2 kW` less[^1].

<!-- a note to the editor -->

## Methods

We boiled $E = mc^2$ litres, if a<b and c>d, in [this place](https://example.org/x) [@berg2019].

| Kettle | Time |
|--------|------|
| steel  | 4 min |
| glass  | 5 min |

- Fill it.
- Plug it in.

```python
kettle = boil(water)
```

<script>alert("x")</script>

[^1]: https://example.org/note
[^2]: Measured twice.

## References

1. Roe C. Tea at night. J Leaf. 2003;3(2):8-9.
2. Ahn S. Cups. J Leaf. 2004;4(1):1-3. doi: 10.5555/leaf.4

## Acknowledgements

We thank the water.
"""


def read(text: str) -> Document:
    (extract,) = read_markdown(io.BytesIO(text.encode()))
    assert isinstance(extract, Extract)
    return clean(extract, id="notes.md", source="notes.md", content_hash="0")


def lines(document: Document, kind: Kind) -> list[str]:
    return [document.text[b.start : b.end] for b in document.blocks if b.kind is kind]


@pytest.fixture(scope="module")
def notes() -> Document:
    return read(NOTES)


def test_front_matter_gives_the_record(notes: Document) -> None:
    record = notes.record
    assert record.title == "Kettles: a review"
    assert record.authors == ("Ada Berg", "Bo Lindqvist")
    assert (record.year, record.doi) == (2020, "10.5555/ket.2020.1")
    assert notes.text.count("Kettles: a review") == 1
    assert any(Field.KEYWORDS in b.fields for b in notes.blocks)
    assert "Key words: kettles; steam" in notes.text


def test_a_heading_is_the_title_where_no_front_matter_is() -> None:
    document = read("# Tea\n\nTea is warm in most of the places that we have been to.\n")
    assert document.record.title == "Tea"
    assert document.text.startswith("Tea\n")


def test_a_rule_at_the_top_is_no_front_matter() -> None:
    assert "Tea is warm." in read("---\n\nTea is warm.\n\n---\n\nIt is.\n").text
    assert "It is." in read("---\n\nTea is warm.\n\n---\n\nIt is.\n").text


def test_prose_loses_its_marks_and_keeps_its_words(notes: Document) -> None:
    prose = lines(notes, Kind.PROSE)
    assert prose[0] == "Kettles boil water at 100 °C, and descaled kettles need 1.2 kW less[^1]."
    assert any("$E = mc^2$ litres, if a<b and c>d, in this place [@berg2019]." in p for p in prose)
    assert {"Fill it.", "Plug it in.", "Kettle: steel; Time: 4 min", "kettle = boil(water)"} <= set(
        prose
    )


def test_sections_are_named(notes: Document) -> None:
    sections = [b.section for b in notes.blocks]
    assert "Methods" in sections
    assert "Acknowledgements" in sections
    assert "We thank the water." in lines(notes, Kind.PROSE)


def test_references_are_entries(notes: Document) -> None:
    assert lines(notes, Kind.REFERENCE) == [
        "Roe C. Tea at night. J Leaf. 2003;3(2):8-9.",
        "Ahn S. Cups. J Leaf. 2004;4(1):1-3. doi: 10.5555/leaf.4",
    ]


def test_footnotes_are_kept(notes: Document) -> None:
    assert "https://example.org/note" in notes.text
    assert "Measured twice." in notes.text


def test_html_stays_text_and_comments_go(notes: Document) -> None:
    assert '<script>alert("x")</script>' in notes.text
    assert "note to the editor" not in notes.text
    assert "markup" in {removal.rule for removal in notes.removals}


def test_headings_of_pages_furniture_are_headings_here() -> None:
    text = read(
        "# Shop\n\n## Share\n\nThe share of tea is half.\n\n## Format\n\nIt is loose.\n"
    ).text
    assert "The share of tea is half." in text
    assert "It is loose." in text


def test_a_binary_file_is_refused() -> None:
    with pytest.raises(LoadError):
        list(read_markdown(io.BytesIO(b"\x00\x01\xff\xfe")))


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "text",
    [
        "> " * 3_000 + "deep",
        "[" * 20_000,
        "*a " * 5_000,
        "- " * 2_000 + "x",
        "|a" * 3_000,
        "",
        "---\n",
    ],
    ids=["quotes", "brackets", "stars", "lists", "cells", "nothing", "rule"],
)
def test_hostile_texts_do_no_harm(text: str) -> None:
    read(text)


def test_tags_inside_words_are_read_and_others_stay_text() -> None:
    text = read(
        "Water is H<sub>2</sub>O and 10<sup>6</sup> kettles<br>hum in <year>; `<br>` ends."
    ).text
    assert "Water is H2O and 10^6 kettles hum in <year>; <br> ends." in text
