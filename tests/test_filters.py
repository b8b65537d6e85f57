"""Filters: the forms that they take, and that just what they let through is searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.filters import Filters, parse_years, split_fields, word_key

# -- forms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "years"),
    [
        (2015, (2015, 2015)),
        ((2015, 2020), (2015, 2020)),
        ([2015, 2020], (2015, 2020)),
        ((None, 2020), (None, 2020)),
        ((2015, None), (2015, None)),
        ((None, None), None),
        (None, None),
        ("2015", (2015, 2015)),
        ("2015-2020", (2015, 2020)),
        ("2015 – 2020", (2015, 2020)),
        ("2015..2020", (2015, 2020)),
        ("2015-", (2015, None)),
        ("-2020", (None, 2020)),
    ],
)
def test_years_take_many_forms(given: object, years: object) -> None:
    assert Filters(years=given).years == years


@pytest.mark.parametrize(
    "given",
    ["", "-", "soon", "2015-2016-2017", "20.5", (2020, 2015), (2015,), (1, 2, 3), ("2015", "2020"),
     2015.0, True, (True, 2015), -3, 10**30, (1, 10**30), "9" * 5000],
)  # fmt: skip
def test_what_is_no_range_of_years_is_misuse(given: object) -> None:
    with pytest.raises(UsageError) as caught:
        Filters(years=given)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["title", "author", "journal", "section", "documents"])
def test_one_text_or_several_may_be_given(name: str) -> None:
    for given in (["a", "b", "a"], ("a", "b"), {"a": 1, "b": 2}, (text for text in "ab")):
        assert getattr(Filters(**{name: given}), name) == ("a", "b")
    assert getattr(Filters(**{name: "a b"}), name) == ("a b",)
    for nothing in (None, [], ()):
        assert not Filters(**{name: nothing})


@pytest.mark.parametrize("name", ["title", "author", "journal", "section", "documents", "folder"])
@pytest.mark.parametrize("value", [7, b"a", ["a", 7], [None], Path("a"), "caf\udce9", ["\ud800"]])
def test_what_is_no_text_is_misuse(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        Filters(**{name: value})


@pytest.mark.parametrize("name", ["title", "author", "journal", "section"])
@pytest.mark.parametrize("value", ["", "  ", "?!", ["a", "…"]])
def test_a_text_without_words_is_misuse(name: str, value: object) -> None:
    with pytest.raises(UsageError, match=name):
        Filters(**{name: value})


@pytest.mark.parametrize(
    ("given", "folder"),
    [("a", "a"), ("a/", "a"), ("./a/b/", "a/b"), ("a\\b", "a/b"), ("a.", "a."), ("..", "..")],
)
def test_a_folders_path_has_one_form(given: str, folder: str) -> None:
    assert Filters(folder=given).folder == (folder,)


@pytest.mark.parametrize("given", ["", "/", "//", "\\", "./"])
def test_no_folder_is_misuse(given: str) -> None:
    with pytest.raises(UsageError, match="names no folder"):
        Filters(folder=given)


@pytest.mark.parametrize("given", [".", ["a", "."]])
def test_the_folder_of_all_bounds_nothing(given: str | list[str]) -> None:
    assert not Filters(folder=given)


def test_equal_filters_are_one_key() -> None:
    assert len({Filters(author=["A", "A"], years=2015), Filters((2015, 2015), author="A")}) == 1


def test_two_filters_join() -> None:
    both = Filters(years=2015, author="A", without=["x"]).and_also(
        Filters(years=2015, author=["B", "A"], folder="f")
    )
    assert both == Filters(years=2015, author=["A", "B"], folder="f", without={"x"})
    with pytest.raises(UsageError, match="twice"):
        both.and_also(Filters(years=2016))


def test_the_key_of_words_bounds_them() -> None:
    assert word_key("Müller, J.-P.") == " muller j p "
    assert word_key("Blood") in word_key("Blood Advances")
    assert word_key("Blood") not in word_key("Bloodless Surgery")


# -- fields of a typed search ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "words", "filters"),
    [
        ("salvage author:Smith", "salvage", Filters(author="Smith")),
        ("author:Smith salvage", "salvage", Filters(author="Smith")),
        ("salvage AUTHORS:Smith author:Li", "salvage", Filters(author=["Smith", "Li"])),
        ('a title:"mixed lineage" b', "a b", Filters(title="mixed lineage")),
        ('a "author:Smith" b', 'a "author:Smith" b', Filters()),
        ("a Title:lineage year:2015", "a", Filters(years=2015, title="lineage")),
        ("a years:2015-2020", "a", Filters(years=(2015, 2020))),
        ("a years:-2020", "a", Filters(years=(None, 2020))),
        ("a journal:Blood sections:results", "a", Filters(journal="Blood", section="results")),
        ("a document:x.txt folder:b/", "a", Filters(documents="x.txt", folder="b")),
        ("author:Müller-Lüdenscheidt a", "a", Filters(author="Müller-Lüdenscheidt")),
        ("not:a field", "not:a field", Filters()),
        ("see https://example.org/title:x", "see https://example.org/title:x", Filters()),
        ("a ratio 1:2 of it", "a ratio 1:2 of it", Filters()),
        ("subtitle:x coauthor:y", "subtitle:x coauthor:y", Filters()),
        ('a title:"b', 'a title:"b', Filters()),
        ("author:Smith", "Smith", Filters(author="Smith")),
        ('title:"a b" author:c', "a b c", Filters(title="a b", author="c")),
        ("years:2015", "years:2015", Filters(years=2015)),
        ("", "", Filters()),
    ],
)
def test_a_typed_search_is_taken_apart(typed: str, words: str, filters: Filters) -> None:
    assert split_fields(typed) == (words, filters)


@pytest.mark.parametrize(
    "typed",
    [
        "a years:soon",
        "a years:2015 year:2016",
        'a title:""',
        "a author:?",
        "a years:20-10",
        "a author: b",
    ],
)
def test_a_field_with_a_mistake_is_misuse(typed: str) -> None:
    with pytest.raises(UsageError):
        split_fields(typed)


@pytest.mark.parametrize(
    "filters",
    [
        Filters(years=(2015, 2020), author=["Smith", "de la Cruz"]),
        Filters(years=2015, documents="my file.txt", folder="a b/c"),
        Filters(years=(None, 2015), title="mixed lineage", journal="Blood", section="results"),
        Filters(years=(2015, None)),
    ],
)
def test_filters_are_told_as_they_are_typed(filters: Filters) -> None:
    assert split_fields(f"a {filters}") == ("a", filters)


def test_years_alone_are_parsed() -> None:
    assert parse_years("2015") == (2015, 2015)
