"""Answers as Markdown: rendered, they hold the texts and nothing that these smuggle in."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from rag import Assistant
from rag.export import answer_to_markdown, cite_as_text
from rag.export.markdown import escaped
from rag.types import Answer, Citation, Kind, Reference

OURS = {"h1", "h2", "blockquote", "p", "strong", "a"}
ATTACKS = [
    "<img src=x onerror=alert(1)>",
    "</blockquote><h1>Owned</h1><script>alert(1)</script><!-- -->",
    "<https://evil.example> <mailto:a@evil.example> <b>bold</b>",
    "[x](http://evil.example) ![x](http://evil.example/x.png) [y](javascript:alert(1))",
    "[x][1] [1] [^1]\n\n[1]: http://evil.example\n[^1]: note",
    "http://evil.example www.evil.example //evil.example a@evil.example evil.example",
    "`code` ``two`` ```\nfence\n```\n~~~\nfence\n~~~",
    "*a* **b** _c_ __d__ ~~e~~ ***",
    "1. one\n2) two\n- three\n+ four\n* five\n  - six",
    "# heading\n## two ##\nsetext\n===\nother\n---",
    "> quoted\n>> twice\n    indented code\n\tby a tab",
    "| a | b |\n|---|---|\n| c | d |\n\na | b\n:-- | --:\nc | d",
    "***\n---\n___\n- - -",
    "$x$ $$y$$ \\(z\\) \\[w\\] {{ x }} {% y %}",
    "&lt;b&gt; &#60;img src=x&#62; &amp; &copy; \\< \\\\ \\",
    "two  spaces  \nand a backslash\\\nand\r\nother\x0clines\u2028of\u2029all kinds",
    "\n\n  first and last  \n\n\n",
    "right \u202eto\u202c left \u2066and\u2069 \u200bjoined\ufeff \xa0wide\u2009thin\xa0",
    "terms\n: their definition\n+++\ntitle = 1\n+++",
    "**** (CD19)** ]( ](http://evil.example) **",
]


class Page(HTMLParser):
    """The elements of a rendered page, its links, and the text of its quotations and headings."""

    def __init__(self, markdown: str, preset: str, *, html: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {"blockquote": [], "h1": [], "strong": [], "p": []}
        self._open: list[str] = []
        self.feed(MarkdownIt(preset, {"html": html}).render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert [name for name, _ in attrs] == (["href"] if tag == "a" else [])
        self.links += [value or "" for _, value in attrs]
        self.tags.append(tag)
        self._open.append(tag)
        if tag in self.texts:
            self.texts[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in set(self._open) & set(self.texts):
            self.texts[tag][-1] += data

    @property
    def quotations(self) -> list[str]:
        """Without the line ends that HTML puts around a paragraph."""
        return [text.removeprefix("\n").removesuffix("\n") for text in self.texts["blockquote"]]


@pytest.fixture(params=[("commonmark", False), ("commonmark", True), ("js-default", True)])
def reader(request: pytest.FixtureRequest) -> tuple[str, bool]:
    """A dialect (the last with tables and strikethrough), and whether it lets HTML through."""
    return request.param  # type: ignore[no-any-return]


def page(answer: Answer, reader: tuple[str, bool]) -> Page:
    return Page(answer_to_markdown(answer), reader[0], html=reader[1])


def quoting(quote: str, *highlights: str, **facts: object) -> Citation:
    spans = tuple((100 + quote.index(one), 100 + quote.index(one) + len(one)) for one in highlights)
    made = Citation(1, quote, 100, 100 + len(quote), "a.txt", "a.txt", 0.9, highlights=spans)
    return replace(made, **facts)  # type: ignore[arg-type]


def answered(*citations: Citation, question: str = "Which?") -> Answer:
    return Answer(question, "…", False, 0.93, citations)


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_becomes_markup(attack: str, reader: tuple[str, bool]) -> None:
    entry = Reference(0, 9, (attack, attack), attack, 2013, attack, attack, attack)
    cited = Citation(
        1, attack, 50, 50 + len(attack), attack, attack, 0.5, 1, attack, Kind.PROSE,
        ((52, 58), (60, 61)), attack, (attack,), 2020, attack, attack, attack, attack,
    )  # fmt: skip
    listed = replace(cited, number=2, kind=Kind.REFERENCE, reference=entry)
    bare = replace(listed, number=3, reference=None, quote=f"{attack}\n{attack}")
    for shown in (
        Answer(attack, attack, False, 0.5, (cited, listed, bare)),
        Answer(attack, attack, True, 0.1, (), (cited, listed, bare)),
    ):
        rendered = page(shown, reader)
        assert set(rendered.tags) <= OURS
        assert rendered.links == []
        assert rendered.tags.count("h1") == 1
        assert rendered.tags.count("h2") == 1
        assert rendered.tags.count("p") == len(rendered.quotations) * 2 + (
            2 if shown.nearest else 1
        )
        for citation, quotation in zip((cited, listed, bare), rendered.quotations, strict=True):
            assert quotation == f"{citation.quote} [{citation.number}]"


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_question_is_the_heading_in_one_line(attack: str, reader: tuple[str, bool]) -> None:
    heading = page(answered(quoting("Tea."), question=attack), reader).texts["h1"][0]
    unseen = "\u202e\u202c\u2066\u2069"
    assert heading == " ".join("".join(c for c in attack if c not in unseen).split())


def test_control_characters_do_not_reach_the_page() -> None:
    shown = escaped("a\x00b\x1b[31mc\x9b2Jd\x7f\ud800")
    assert shown == "a\ufffdb\ufffd\\[31mc\ufffd2Jd\ufffd\ufffd"


def test_nothing_is_hidden_in_what_is_written() -> None:
    written = answer_to_markdown(
        answered(quoting("a\u202eb\u200bc\u2066d\xade"), question="\u202eb")
    )
    assert all(char.isprintable() or char == "\n" for char in written)


def test_plain_words_stay_plain() -> None:
    plain = "Of 41 patients (3.5%), 7 relapsed - all within 2 years; p = 0.05, e.g. “HR” 1.2/1.3!"
    assert escaped(plain) == plain.replace("e.g", "e\\.g")


@pytest.mark.parametrize(
    ("quote", "highlights", "bold"),
    [
        ("against CD19 and CD22.", ["CD19", "CD22"], ["CD19", "CD22"]),
        ("anti-CD19s", ["CD19"], ["CD19"]),
        ("against (CD19)x", ["(CD19)"], ["CD19"]),
        ("x[CD19], <CD22>", ["[CD19],", " <CD22>"], ["CD19", "CD22"]),
        ("in 45 % of *all*", ["45 %", "%", "*all*"], ["45", "all"]),
        ("1. CD19\n2. CD22", ["1. CD19\n2. CD22"], ["1. CD19\n2. CD22"]),
        ("CD19CD22", ["CD19", "CD22"], ["CD19CD22"]),
        ("a CD19 b", ["CD19 b", "a CD19"], ["a CD19 b"]),
        ("naive\u0301", ["e\u0301"], ["e\u0301"]),
    ],
)
def test_highlights_are_bold_within_the_quotation(
    quote: str, highlights: list[str], bold: list[str], reader: tuple[str, bool]
) -> None:
    rendered = page(answered(quoting(quote, *highlights)), reader)
    assert rendered.texts["strong"] == bold
    assert rendered.quotations == [f"{quote} [1]"]


def test_highlights_beyond_the_quotation_are_cut() -> None:
    cited = quoting("alpha beta", highlights=((0, 105), (108, 999), (500, 600)))
    assert "> **alpha** be**ta** [1]" in answer_to_markdown(answered(cited))


KETTLES = quoting(
    "The kettle hums.",
    "hums",
    title="Kettles that hum",
    authors=("Ada Berg", "Bo Roe"),
    year=2019,
    journal="J Tea",
    doi="10.1000/k(1)",
    pmid="123",
    url="https://tea.example/",
    section="Results",
    page=3,
)


def test_a_source_has_its_facts_its_links_and_its_place(reader: tuple[str, bool]) -> None:
    rendered = page(answered(KETTLES), reader)
    assert rendered.links == [
        "https://doi.org/10.1000/k%281%29",
        "https://pubmed.ncbi.nlm.nih.gov/123/",
    ]
    assert rendered.texts["p"][1] == (
        "[1] Berg A, Roe B. Kettles that hum. J Tea. 2019. doi:10.1000/k(1) PubMed 123 "
        "(section Results, page 3, a.txt, characters 100 to 116)"
    )


def test_a_web_address_is_linked_where_no_identifier_is_known(reader: tuple[str, bool]) -> None:
    url = "https://tea.example/a_(b)?c=1&copy;=2*_[x]"
    rendered = page(answered(replace(KETTLES, doi=None, pmid=None, url=url)), reader)
    (link,) = rendered.links
    assert (
        link.replace("%28", "(").replace("%29", ")").replace("%5B", "[").replace("%5D", "]") == url
    )
    for bad in ("javascript:alert(1)", "https://a.example/\u202eb", "http://a b", "//a.example"):
        assert page(answered(replace(KETTLES, doi=None, pmid="x", url=bad)), reader).links == []


def test_a_listed_reference_keeps_its_own_identifiers(reader: tuple[str, bool]) -> None:
    entry = Reference(0, 9, ("Poe C",), "Cups", 1999, "Tea Lett", "10.1000/cups", "77")
    rendered = page(answered(replace(KETTLES, kind=Kind.REFERENCE, reference=entry)), reader)
    assert rendered.links == ["https://doi.org/10.1000/cups", "https://pubmed.ncbi.nlm.nih.gov/77/"]
    source = rendered.texts["p"][1]
    assert source.startswith(
        "[1] Poe C. Cups. Tea Lett. 1999. doi:10.1000/cups PubMed 77 Listed in"
    )
    assert "Listed in: Kettles that hum. (section" in source
    assert "Berg" not in source


def test_an_abstention_says_so(reader: tuple[str, bool]) -> None:
    said = "The corpus does not answer this question."
    shown = Answer("Bread?", said, True, 0.03, (), (KETTLES,))
    rendered = page(shown, reader)
    assert rendered.texts["p"][0] == said
    assert "## Nearest passages (not an answer)\n" in answer_to_markdown(shown)
    assert rendered.quotations == ["The kettle hums. [1]"]
    assert "Sources" not in answer_to_markdown(shown)
    alone = answer_to_markdown(replace(shown, nearest=()))
    assert said in alone
    assert "##" not in alone


def test_a_real_answer_is_quoted_verbatim(assistant: Assistant, reader: tuple[str, bool]) -> None:
    answer = assistant.ask("Which antigens do monoclonal antibodies target?")
    rendered = page(answer, reader)
    assert [text.rsplit(" [", 1)[0] for text in rendered.quotations] == [
        assistant.document(one.document_id).text[one.start : one.end] for one in answer.citations
    ]
    assert "CD19" in " ".join(rendered.texts["strong"])
    assert rendered.links[0] == f"https://doi.org/{answer.citations[0].doi}"


# -- one line, to be copied ------------------------------------------------------------------


def test_a_citation_in_one_line() -> None:
    line = "Berg A, Roe B. Kettles that hum. J Tea. 2019. PDF p. 3. doi:10.1000/k(1)"
    assert cite_as_text(KETTLES) == line
    many = replace(KETTLES, authors=tuple(f"Ada {name}" for name in "Ba Be Bi Bo Bu Ca Ce".split()))
    assert cite_as_text(many).startswith("Ba A, Be A, Bi A, Bo A, Bu A, Ca A, et al. Kettles")
    cut = replace(KETTLES, authors=("Ada Berg", "et al."), title="Why hum?", doi=None)
    assert cite_as_text(cut) == "Berg A, et al. Why hum? J Tea. 2019. PDF p. 3. PMID: 123"


def test_what_is_not_known_is_left_out() -> None:
    assert cite_as_text(quoting("Tea.")) == "a.txt."
    assert cite_as_text(quoting("Tea.", title="A\r\nB\u2028C\x1b\u202e")) == "A B C."


def test_an_entry_that_is_not_understood_is_copied_as_it_stands() -> None:
    entry = quoting("3. Poe C.\nCups, 1999.", kind=Kind.REFERENCE, reference=Reference(0, 9))
    assert cite_as_text(entry) == "3. Poe C. Cups, 1999."
    assert cite_as_text(replace(entry, reference=None)) == "3. Poe C. Cups, 1999."
