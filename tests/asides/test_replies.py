"""What is said to asides: true of the documents that there are."""

from __future__ import annotations

import pytest

from rag.asides import (
    Aside,
    Capabilities,
    Foreign,
    Greeting,
    Listing,
    Several,
    Summary,
    Thanks,
    heading,
    reply_to,
    sort_out,
)
from rag.store import DocumentSummary


def shelf(count: int) -> list[DocumentSummary]:
    return [
        DocumentSummary(
            f"{n}.txt", f"Kettles {n}", ("A. Berg", "et al."), 2003, "J Tea", None, None, None,
            f"{n}.txt", 4, "2025-01-01T00:00:00Z",
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("aside", [Greeting(), Capabilities(), Listing()])
@pytest.mark.parametrize(
    ("count", "said"), [(0, "no documents yet"), (1, "one document"), (1200, "1,200 documents")]
)
def test_the_number_of_documents_is_said(aside: Aside, count: int, said: str) -> None:
    assert said in reply_to(aside, shelf(count)).text


def test_a_listing_names_documents_and_counts_the_rest() -> None:
    assert reply_to(Listing(), shelf(2)).lines == (
        "“Kettles 0” (A. Berg et al., 2003)",
        "“Kettles 1” (A. Berg et al., 2003)",
    )
    lines = reply_to(Listing(), shelf(25)).lines
    assert len(lines) == 21
    assert lines[-1].startswith("… and 5 more")


def test_what_it_says_that_it_can_do_it_takes_as_told() -> None:
    assert sort_out("What documents do you have?") == Listing()
    assert any("What documents do you have?" in one for one in reply_to(Capabilities(), []).lines)


@pytest.mark.parametrize(("language", "said"), [("German", "in German"), ("", "another language")])
def test_a_language_is_named_where_it_is_known(language: str, said: str) -> None:
    assert said in reply_to(Foreign(language), []).text


def test_thanks_are_answered() -> None:
    assert reply_to(Thanks(), []).text


def test_the_heading_says_what_a_summary_leaves_out() -> None:
    assert heading(shelf(1)[0]).text.startswith("Key sentences of “Kettles 0”")


@pytest.mark.parametrize("aside", [Summary("x"), Several(("a", "b"))])
def test_what_is_to_be_carried_out_is_not_replied_to(aside: Aside) -> None:
    with pytest.raises(ValueError, match="carried out"):
        reply_to(aside, [])
