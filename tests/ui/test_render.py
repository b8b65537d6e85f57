"""What the window may show: only what `ui.render` writes, and nothing that a text smuggles in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest

from rag.asides import Reply
from rag.types import Answer, Block, Citation, Document, Kind, Record, Reference
from ui import render
from ui.cards import surroundings
from ui.conversation import Turn
from ui.links import doi_url, pubmed_url, web_url

TAGS = set(
    "a article blockquote button code details div em figure footer h1 h2 h3 h4 header li mark p "
    "pre section span strong summary ul".split()
)
ATTRIBUTES = set(
    "aria-current aria-hidden aria-label class data-act data-copy data-copy-of data-document "
    "data-end data-id data-into data-jump data-number data-page data-start data-turn dir download "
    "hidden href id rel role tabindex target title type".split()
)
ATTACKS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</blockquote></article><h1>Owned</h1>",
    "<svg/onload=alert(1)>",
    "![x](https://evil.example/x.png) [y](javascript:alert(1)) <b>*z*</b>",
    "$$\\href{javascript:alert(1)}{x}$$ `code` | a | b |",
    "${alert(1)} {{constructor.constructor('alert(1)')()}} `${1}`",
    "&lt;b&gt; &#x3c;script&#x3e; &amp;",
    "a\x00b\u202ec",
]

TEXT = (
    "A review of therapy.\n\nRelapse is common. "
    "Antibodies against CD19 and CD22 show greater efficacy. Toxicity is milder.\n\n\nReferences\n"
    "Grupp SA. N Engl J Med 2013. doi: 10.1056/NEJMoa1215134."
)
QUOTE = "Antibodies against CD19 and CD22 show greater efficacy."
START = TEXT.index(QUOTE)
DOCUMENT = Document("a.txt", TEXT, "a.txt", "0", Record("A review"))
CITATION = Citation(
    number=1,
    quote=QUOTE,
    start=START,
    end=START + len(QUOTE),
    document_id="a.txt",
    source="a.txt",
    score=0.9,
    page=3,
    section="Abstract",
    highlights=((TEXT.index("CD19"), TEXT.index("CD19") + 4),),
    title="A review",
    authors=("Ma J", "Li K"),
    year=2021,
    journal="Blood",
    doi="10.1000/listing",
    pmid="123",
)


@dataclass
class Element:
    """A start tag as the browser would see it."""

    tag: str
    attributes: dict[str, str | None]


class Reader(HTMLParser):
    """Collects the elements and the visible text of a piece of HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.texts: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def all(self, tag: str) -> list[Element]:
        return [element for element in self.elements if element.tag == tag]


def answer(*citations: Citation, **changes: Any) -> Answer:
    return replace(Answer("Which?", "…", False, 0.93, citations or (CITATION,)), **changes)


def bubble_of(shown: Answer, number: int = 1) -> str:
    return render.turn_bubble(Turn(shown.question, (shown,)), number)


def sources_of(shown: Answer, *documents: Document, number: int = 1) -> str:
    turn = Turn(shown.question, (shown,))
    return render.sources(turn, {one.id: one for one in documents}, number)


def pages(shown: Answer, document: Document = DOCUMENT) -> Iterator[str]:
    """All that a turn puts on the page."""
    yield render.question_bubble(shown.question, 1)
    yield bubble_of(shown)
    yield render.panel([sources_of(shown, document)])


def assert_safe(markup: str) -> None:
    for element in Reader(markup).elements:
        assert element.tag in TAGS
        assert set(element.attributes) <= ATTRIBUTES
        if element.tag == "a":
            href = element.attributes["href"] or ""
            data = r"data:[a-z/-]+;charset=utf-8;base64,[A-Za-z0-9+/=]*$"
            assert re.match(rf"#(source|quote)(s-\d+|-\d+-\d+)$|https?://|{data}", href), href
            assert href.startswith("data:") == ("download" in element.attributes)
            if href.startswith("http"):
                assert element.attributes["target"] == "_blank"
                assert element.attributes["rel"] == "noopener noreferrer"


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_markup(attack: str) -> None:
    text = f"before {attack} {attack} after {attack}"
    start = text.index(attack, text.index(attack) + 1)
    entry = Reference(0, 9, (attack,), attack, 2013, attack, attack, attack)
    cited = Citation(
        1, attack, start, start + len(attack), "d", attack, 0.5, 1, attack, Kind.PROSE,
        ((start + 1, start + 3),), attack, (attack,), 2020, attack, attack, attack, attack,
    )  # fmt: skip
    listed = replace(cited, kind=Kind.REFERENCE, reference=entry)
    document = Document("d", text, attack, "0", blocks=(Block(0, len(text), section=attack),))
    for shown in (
        Answer(attack, attack, False, 0.5, (cited, listed)),
        Answer(attack, attack, True, 0.1, (), (cited, listed)),
    ):
        for markup in pages(shown, document):
            assert_safe(markup)
    bubble = Reader(bubble_of(Answer(attack, "", False, 0.5, (cited,)), 1))
    if "\x00" not in attack:
        assert f"“{attack}”" in bubble.text


@pytest.mark.parametrize("attack", ATTACKS)
def test_lists_and_notices_are_escaped(attack: str) -> None:
    listed = SimpleNamespace(
        title=attack, authors=[attack], year=2020, journal=attack, source=attack
    )
    assert_safe(render.corpus([listed]))
    assert_safe(render.notice(attack))
    assert attack.split("\x00")[0] in Reader(render.notice(attack)).text


def test_each_quotation_leads_to_its_source_and_back() -> None:
    second = replace(CITATION, number=2)
    bubble = Reader(bubble_of(answer(CITATION, second), 4))
    cards = Reader(sources_of(answer(CITATION, second), DOCUMENT, number=4))
    links = [one.attributes for one in bubble.all("a") if "data-jump" in one.attributes]
    assert [link["data-jump"] for link in links] == ["source-4-1", "source-4-2"]
    assert links[0]["aria-label"] == "Source 1: A review"
    assert [card.attributes["id"] for card in cards.all("article")] == ["source-4-1", "source-4-2"]
    targets = {element.attributes.get("id") for element in bubble.elements}
    backs = {link.attributes.get("data-jump") for link in cards.all("a")} - {None}
    assert backs == {"quote-4-1", "quote-4-2"} <= targets
    assert "“Antibodies against CD19 and CD22 show greater efficacy.”\xa0[1]" in bubble.text


def test_highlights_are_marked_within_the_quotation_only() -> None:
    overlapping = replace(
        CITATION, highlights=((START - 5, START + 4), (START + 2, START + 10), (START + 40, 9999))
    )
    bubble = bubble_of(answer(overlapping), 1)
    assert re.findall("<strong>(.*?)</strong>", bubble) == ["Anti", "bodies", QUOTE[40:]]
    assert QUOTE in Reader(bubble).text


def test_the_card_marks_the_quotation_in_its_surroundings() -> None:
    card = sources_of(answer(), DOCUMENT)
    marked = re.search("<mark>(.*?)</mark>", card)
    assert marked
    assert Reader(marked[1]).text == QUOTE
    shown = Reader(card).text
    assert f"Relapse is common. {QUOTE} Toxicity is milder." in shown
    for fact in ("A review", "Ma J, Li K", "Blood", "2021", "Abstract", "page 3", "a.txt"):
        assert fact in shown
    assert 'href="https://doi.org/10.1000/listing"' in card
    assert 'href="https://pubmed.ncbi.nlm.nih.gov/123/"' in card


def test_more_context_is_offered_where_there_is_more() -> None:
    long = "word " * 400
    document = replace(DOCUMENT, text=long + QUOTE + " " + long)
    moved = replace(CITATION, start=len(long), end=len(long) + len(QUOTE), highlights=())
    assert "<details" in sources_of(answer(moved), document)
    assert "<details" not in sources_of(answer(), DOCUMENT)


@pytest.mark.parametrize("document", [None, replace(DOCUMENT, text="changed " * 99)])
def test_a_quotation_stands_alone_when_its_document_does_not_hold_it(
    document: Document | None,
) -> None:
    card = sources_of(answer(), *([document] if document else []))
    assert "changed" not in card
    assert QUOTE in Reader(card).text


def test_surroundings_are_cut_at_white_space_and_say_so() -> None:
    text = "alpha beta gamma QUOTE delta epsilon zeta"
    start = text.index("QUOTE")

    def reached(reach: int) -> str:
        return text[slice(*surroundings(text, start, start + 5, reach))]

    assert reached(9) == "gamma QUOTE delta"
    assert reached(99) == text
    assert surroundings("x" * 50, 20, 25, 5) == (20, 25)
    long = f"{'word ' * 400}{QUOTE}{' word' * 400}"
    moved = replace(CITATION, start=2000, end=2000 + len(QUOTE), highlights=())
    shown = sources_of(answer(moved), replace(DOCUMENT, text=long))
    assert "<p>… word word" in shown
    assert "word word …</p>" in shown
    assert "…" not in Reader(sources_of(answer(), DOCUMENT)).text


ITEMS = {
    "Who may": ["Adults of sixty", "Owners of a kettle"],
    "Who may not": ["Owners of a steam engine", "Deaf cats", "Anyone under a ban"],
    "": ["A line of nobody's."],
}


def listed_in_sections() -> Document:
    """A document of lists: each item a block of its own, each list under its heading."""
    text, blocks = "A rule for kettles.", []
    for section, lines in ITEMS.items():
        for line in lines:
            blocks.append(Block(len(text) + 2, len(text) + 2 + len(line), section=section))
            text += f"\n\n{line}"
    return Document("rule.md", text, "rule.md", "0", blocks=tuple(blocks))


def quoted_from(document: Document, quote: str) -> Citation:
    start = document.text.index(quote)
    section = next(b.section for b in document.blocks if b.start <= start < b.end)
    return replace(CITATION, quote=quote, start=start, end=start + len(quote), section=section,
                   highlights=(), document_id=document.id)  # fmt: skip


def context(quote: str) -> str:
    document = listed_in_sections()
    card = sources_of(answer(quoted_from(document, quote)), document)
    found = re.search(r"<blockquote[^>]*>(.*?)</blockquote>", card, re.DOTALL)
    assert found
    return found[1]


def test_headings_stand_in_the_surroundings_and_items_on_lines_of_their_own() -> None:
    assert context("Owners of a steam engine") == (
        "<p>A rule for kettles.</p>"
        "<h4>Who may</h4><p>Adults of sixty\nOwners of a kettle</p>"
        "<h4>Who may not</h4><p><mark>Owners of a steam engine</mark>\nDeaf cats\nAnyone under a "
        "ban</p><p>A line of nobody&#x27;s.</p>"
    )
    assert "<p>Owners of a steam engine\n<mark>Deaf cats</mark>\nAnyone" in context("Deaf cats")


def test_the_quotations_section_is_named_where_its_heading_is_out_of_reach() -> None:
    document = listed_in_sections()
    far = f"Owners of a steam engine, {'and ' * 200}Deaf cats"
    text = document.text.replace("Owners of a steam engine", far)
    moved = [replace(b, end=b.end + len(far) - 24) if b.start == text.index(far) else b
             for b in document.blocks[:3]]  # fmt: skip
    document = replace(document, text=text, blocks=tuple(moved))
    (near, *_) = re.findall(
        r"<blockquote[^>]*>(.*?)</blockquote>",
        sources_of(answer(quoted_from(document, "Deaf cats")), document),
        re.DOTALL,
    )
    assert near.startswith("<h4>Who may not</h4><p>… and and")
    assert "Who may</h4>" not in near
    # A text that is gone is not looked into, but where the words stood is known.
    gone = sources_of(answer(quoted_from(document, "Deaf cats")))
    assert "<h4>Who may not</h4><p><mark>Deaf cats</mark></p>" in gone


def test_a_quotation_is_never_cut_by_a_heading() -> None:
    document = listed_in_sections()
    start = document.text.index("Owners of a kettle")
    quote = document.text[start : document.text.index("Deaf")].strip()
    over = replace(quoted_from(document, "Owners of a kettle"), quote=quote, end=start + len(quote))
    assert f"<mark>{quote}</mark>" in sources_of(answer(over), document)


def test_a_listed_reference_keeps_its_own_identifiers() -> None:
    entry = Reference(0, 9, ("Grupp SA",), "CAR T", 2013, "N Engl J Med", "10.1056/entry", "77")
    cited = replace(CITATION, kind=Kind.REFERENCE, reference=entry)
    for shown in (answer(cited), Answer("q", "", True, 0.1, (), (cited,))):
        card = sources_of(shown, DOCUMENT)
        assert "Reference listed in A review" in Reader(card).text
        assert "https://doi.org/10.1056/entry" in card
        assert "https://pubmed.ncbi.nlm.nih.gov/77/" in card
        for listing in ("10.1000/listing", "/123/", "Ma J", "Blood", "2021"):
            assert listing not in card
    bubble = Reader(bubble_of(answer(cited), 1))
    assert "reference listed in A review" in bubble.text
    assert "2021" not in bubble.text
    nameless = sources_of(answer(replace(cited, reference=None)))
    assert "listing" not in nameless
    assert "/123/" not in nameless


def test_an_abstention_is_never_marked_as_an_answer() -> None:
    shown = Answer("Bread?", render.ABSTENTION, True, 0.03, (), (CITATION,))
    bubble = bubble_of(shown, 1)
    assert render.ABSTENTION in Reader(bubble).text
    assert "cw-abstained" in bubble
    assert "0.03" in bubble
    assert QUOTE not in bubble
    card = sources_of(shown, DOCUMENT)
    assert "Nearest passages — not an answer" in Reader(card).text
    assert "cw-muted" in card
    assert "<mark" not in card
    assert "cw-number" not in card
    alone = replace(shown, nearest=())
    assert "data-jump" not in bubble_of(alone)
    assert "No passage comes near" in sources_of(alone)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.93, "High confidence · 0.93"),
        (0.62, "Moderate confidence · 0.62"),
        (0.3, "Low confidence · 0.30"),
        (0.9991, "High confidence · >0.99"),
        (0.0001, "Low confidence · <0.01"),
    ],
)
def test_confidence_is_a_word_with_its_figure(probability: float, words: str) -> None:
    assert render.confidence(probability) == words
    assert words in Reader(bubble_of(answer(confidence=probability), 1)).text


def test_only_the_last_turn_is_open() -> None:
    sections = Reader(render.panel(["one", "two", "three"])).all("section")
    assert ["hidden" in section.attributes for section in sections] == [True, True, False]


@pytest.mark.parametrize(
    "doi",
    ["", None, "javascript:alert(1)", "10.1/x y", "//evil.example", "10.1000/", "x10.1000/y"],
)
def test_what_is_no_doi_gets_no_address(doi: str | None) -> None:
    assert doi_url(doi) is None


def test_addresses_are_built_safely() -> None:
    strange = '10.1002/(SICI)1097-0258(1998)17:15<1661::AID-SIM968>3.0.CO;2-2"#?&'
    address = doi_url(strange)
    assert address
    assert address.startswith("https://doi.org/10.1002/(SICI)1097-0258")
    assert not set(address) & set("<>\"'#? &")
    assert pubmed_url("23527958") == "https://pubmed.ncbi.nlm.nih.gov/23527958/"
    for pmid in (None, "", "12/../x", "PMC123", "\uff11\uff12"):
        assert pubmed_url(pmid) is None


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x", "file:///etc/passwd",
        "//evil.example", "/relative", "java\nscript:alert(1)", "http://", "https://a@evil.example",
        'https://x.example/"onclick=1', "https://x.example/<b>", "http://[bad", "", None,
    ],
)  # fmt: skip
def test_only_plain_web_addresses_are_linked(url: str | None) -> None:
    assert web_url(url) is None
    card = sources_of(answer(replace(CITATION, doi=None, pmid=None, url=url)))
    assert "cw-links" not in card


def test_a_web_address_is_linked_where_no_identifier_is_known() -> None:
    url = "https://example.org/a?b=1&c=2"
    card = sources_of(answer(replace(CITATION, doi=None, pmid=None, url=url)))
    assert 'href="https://example.org/a?b=1&amp;c=2"' in card
    assert url not in sources_of(answer(replace(CITATION, url=url)))


def test_the_corpus_is_listed_before_the_first_question() -> None:
    listed = [
        SimpleNamespace(title="", authors=["Ma J"] * 9, year=None, journal=None, source=f"{n}.txt")
        for n in range(60)
    ]
    shown = Reader(render.corpus(listed))
    assert "60 documents" in shown.text
    assert "and 10 more" in shown.text
    assert "et al." in shown.text
    assert "0.txt" in shown.text


def test_several_questions_get_their_answers_under_their_own_words() -> None:
    one, other = answer(), answer(CITATION, replace(CITATION, number=2))
    turn = Turn("Which? And why?", (one, replace(other, question="And why?")))
    bubble = Reader(render.turn_bubble(turn, 3))
    assert "Which?" in bubble.text
    assert "And why?" in bubble.text
    jumps = [
        link.attributes["data-jump"] for link in bubble.all("a") if "data-jump" in link.attributes
    ]
    assert jumps == ["source-3-1", "source-3-2", "source-3-3"]
    cards = Reader(render.sources(turn, {"a.txt": DOCUMENT}, 3)).all("article")
    assert [card.attributes["id"] for card in cards] == jumps


@pytest.mark.parametrize("attack", ATTACKS)
def test_notes_and_kept_conversations_are_text(attack: str) -> None:
    turn = Turn(attack, notes=(Reply(attack, (attack, attack)),))
    shelf = {"open": attack, "conversations": [{"id": attack, "turns": [{"question": attack}]}]}
    for markup in (render.turn_bubble(turn, 1), render.shelf(shelf, attack)):
        assert_safe(markup)


def test_a_quotation_can_be_cited_and_its_page_be_shown() -> None:
    (copy,) = (
        one.attributes
        for one in Reader(sources_of(answer(), DOCUMENT)).all("button")
        if one.attributes["data-act"] == "copy"
    )
    assert "Ma J" in (copy["data-copy"] or "")
    assert 'data-act="picture"' in sources_of(answer())
    assert 'data-act="picture"' not in sources_of(answer(replace(CITATION, page=None)))


def test_the_nearest_passages_can_be_looked_at_and_cited_but_not_judged() -> None:
    unpaged = replace(CITATION, page=None)
    abstained = answer(abstained=True, citations=(), nearest=(CITATION, CITATION, unpaged))
    turn = Turn("Bread? And tea?", (abstained, replace(abstained, question="And tea?")))
    cards = Reader(render.sources(turn, {"a.txt": DOCUMENT}, 2))
    acts = [one.attributes["data-act"] for one in cards.all("button")]
    assert acts == ["picture", "copy", "picture", "copy", "copy"] * 2
    places = (one.attributes.get("data-into") for one in cards.all("button"))
    opens = [place for place in places if place]
    assert len(set(opens)) == 4
    assert opens == [figure.attributes["id"] for figure in cards.all("figure")]
    assert "Back to the answer" not in cards.text
