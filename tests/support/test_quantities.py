"""Numbers in one form, by hand."""

from __future__ import annotations

import pytest

from rag.support.quantities import Quantity, find_quantities


def only(text: str) -> Quantity:
    (found,) = find_quantities(text)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a dose of .05 was given", "a dose of 0.05 was given"),
        ("in 5 % of them", "a share of 0.05"),
        ("in five percent", "in 5% of them"),
        ("12,500 kettles", "12500 kettles"),
        ("40mg a day", "40 milligrams a day"),
        ("for 12 weeks", "for twelve wk"),
        ("one in five kettles", "20% of the kettles"),
        ("two thirds of the doughs", "66.7 % of the doughs"),
        ("half of them", "50 %"),
        ("twenty-five of them", "25 of them"),
        ("10 µg", "10 mcg"),
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert only(one).is_same(only(other))
    assert only(other).is_same(only(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("40 mg", "40 g"),
        ("40 mg", "45 mg"),
        ("5 %", "5 mg"),
        ("1.5", "15"),
        ("a third of them", "30 %"),
        ("3 weeks", "3 months"),
        ("12,500", "12.5"),
    ],
)
def test_other_numbers_and_units_differ(one: str, other: str) -> None:
    assert not only(one).is_same(only(other))


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        (">85%", 1),
        ("more than 85%", 1),
        ("over 85 %", 1),
        ("at least 3 doses", 1),
        ("no less than 3", 1),
        ("25 years old or more", 1),
        ("<3", -1),
        ("fewer than 3 loaves", -1),
        ("up to 3 loaves", -1),
        ("no more than 3", -1),
        ("3 loaves", 0),
    ],
)
def test_bounds_are_read_from_signs_and_words(text: str, bound: int) -> None:
    assert only(text).bound == bound


def test_numbers_of_a_range_share_its_unit() -> None:
    assert [one.unit for one in find_quantities("10 to 20 mg, or 30–40 kg")] == [
        "mg", "mg", "kg", "kg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["IL-6 rose", "the CD22 antigen", "a 5FU course", "B12", "one loaf"]
)
def test_digits_of_names_are_no_numbers(text: str) -> None:
    assert find_quantities(text) == []
