"""An answer as Markdown (CommonMark, safe in GitHub's dialect).

What comes from a document, a question or a file's name is set by `escaped` alone: whatever a
reader's Markdown would take for markup becomes a character reference or gets a backslash, so
that the page shows the text as it stands. The only links are those of `rag.addresses`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from rag.addresses import doi_url, pubmed_url, web_url
from rag.export.lines import WRITTEN, one_line, sentence
from rag.export.vancouver import cited_facts
from rag.export.works import place, record_of
from rag.types import Answer, Citation, Kind

# Single characters: such as open or close markup anywhere; those that open a block where they
# begin a line; and those that make an address, which some readers turn into a link unasked.
_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#|~^$&@]|(?m:^)[-+=:]|[:/](?=/)|\.(?=[^\W\d_])|\n(?=\n|\Z)|\A\n"
)
_NUMBERED = re.compile(r"^\d+([.)])", re.MULTILINE)
_OUTER_SPACE = re.compile(r"^ +| +$", re.MULTILINE)
# Older dialects know no backslash before these, and a doubled backslash is mathematics to some.
_AS_REFERENCES = {
    "<": "&lt;",
    ">": "&gt;",
    "&": "&amp;",
    "\\": "&#92;",
    "\n": "&#10;",
    " ": "&#32;",
}
_UNSEEN = re.compile(r"[^\n -~]")


def answer_to_markdown(answer: Answer) -> str:
    """The question as heading, the quotations with a [n] after each, and their sources.

    What a model wrote stands before the quotations that it was checked against.

    An abstention says that it is one; its nearest passages stand under a heading that says that
    they are no answer.
    """
    parts = [f"# {escaped(one_line(answer.question)) or 'Question'}"]
    if answer.abstained:
        parts.append(f"**{escaped(one_line(answer.text)).strip()}**")
        if answer.nearest:
            parts.append("## Nearest passages (not an answer)")
        for citation in answer.nearest:
            parts += [_quotation(citation), _source(citation)]
    else:
        if answer.generated:
            parts += [escaped(one_line(answer.text)), f"*{WRITTEN}*", "## Quotations"]
        parts += [_quotation(citation) for citation in answer.citations]
        parts.append("## Sources")
        parts += [_source(citation) for citation in answer.citations]
    if answer.notice:
        parts.append(escaped(one_line(answer.notice)))
    if answer.removed:
        parts.append(f"Sentences left out, because no quotation carries them: {answer.removed}")
    parts.append(f"Confidence that the corpus answers this question: {answer.confidence:.2f}")
    return "\n\n".join(parts) + "\n"


def escaped(text: str, inserted: Mapping[int, str] | None = None) -> str:
    """The text so that Markdown shows it as it stands, with our own marks put in at offsets.

    Line ends stay, and every line can stand in a paragraph. Control characters, which no page
    can hold, become U+FFFD.
    """
    marks = {at: _reference(text[at]) for at in _found(_UNSEEN, text)}
    marks |= dict.fromkeys(_found(_OUTER_SPACE, text), _AS_REFERENCES[" "])
    marks |= {at: _AS_REFERENCES.get(text[at], f"\\{text[at]}") for at in _found(_MARKUP, text)}
    for numbered in _NUMBERED.finditer(text):
        marks[numbered.start(1)] = f"\\{numbered[1]}"
    inserted = inserted or {}
    shown = (inserted.get(at, "") + marks.get(at, char) for at, char in enumerate(text))
    return "".join(shown) + inserted.get(len(text), "")


def _found(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    for match in pattern.finditer(text):
        yield from range(*match.span())


def _reference(char: str) -> str:
    """Itself if it is seen; else its number, so that nothing hides in the written text either."""
    if char.isprintable():
        return char
    if char not in "\t\r\f" and unicodedata.category(char) in ("Cc", "Cs"):
        return "\N{REPLACEMENT CHARACTER}"
    return f"&#{ord(char)};"


def _quotation(citation: Citation) -> str:
    marks: dict[int, str] = {}
    for first, last in _bold(citation):
        marks |= {first: "**", last: "**"}
    quote = escaped(citation.quote, marks)
    return f"> {quote} [{citation.number}]".replace("\n", "\n> ")


def _bold(citation: Citation) -> Iterator[tuple[int, int]]:
    """The highlights as spans of the quotation, apart from each other.

    Each begins and ends with a letter or a digit: only there is `**` always a mark.
    """
    spans: list[tuple[int, int]] = []
    length, offset = len(citation.quote), citation.start
    for start, end in sorted(citation.highlights):
        first, last = max(start - offset, 0), min(end - offset, length)
        while first < last and not _is_of_word(citation.quote[first]):
            first += 1
        while first < last and not _is_of_word(citation.quote[last - 1]):
            last -= 1
        if first < last and spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(last, spans[-1][1]))
        elif first < last:
            spans.append((first, last))
    yield from spans


def _is_of_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"


def _source(citation: Citation) -> str:
    listed = citation.kind is Kind.REFERENCE
    title = sentence(one_line(citation.title))
    facts = (
        escaped(cited_facts(citation)),
        *_links(citation),
        f"Listed in: {escaped(title)}" if listed and title else "",
        f"({escaped(place(citation))})",
    )
    return f"[{citation.number}] " + " ".join(fact for fact in facts if fact)


def _links(citation: Citation) -> Iterator[str]:
    """The ways to the work: DOI and PubMed; its web address only where neither is known."""
    record = record_of(citation)
    doi, pubmed = doi_url(record.doi), pubmed_url(record.pmid)
    if doi:
        yield _link(doi, f"doi:{record.doi}")
    if pubmed:
        yield _link(pubmed, f"PubMed {record.pmid}")
    if not doi and not pubmed and (address := web_url(record.url)):
        yield _link(address, urlsplit(address).hostname or address)


def _link(address: str, words: str) -> str:
    bounded = address.replace("&", "&amp;").replace("(", "%28").replace(")", "%29")
    return f"[{escaped(words)}]({bounded})"
