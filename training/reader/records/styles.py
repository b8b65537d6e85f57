"""The styles in which papers are printed: reference entries and header blocks."""

from __future__ import annotations

from training.reader.records.printing import Style

_ISSUE = "{volume}<({issue})>"
_DATED = "{year}< {mon}< {day}>>;" + _ISSUE + ":{cut}"
_IDS = "< doi: {doi}.>< PMID: {pmid}.>"
_LINKED = "< https://doi.org/{doi}>"


def _header(
    lines: str, form: str, *, most: int = 99, last: str = ", ", between: str = ", "
) -> Style:
    """A style whose every line goes where a fact of it is lacking; "¶" breaks within a line."""
    grouped = "".join(f"<{line.strip()}\n>" for line in lines.strip().split("\n"))
    return Style(grouped.replace("¶", "\n"), form, most, last, between, " et al.")


ENTRIES = (
    Style("{people}. {title}. {short}. " + _DATED + "." + _IDS, most=7),
    Style("{people}. {title}. {short}. " + _DATED + ".< Epub {epub}.>" + _IDS),
    Style("{people}. {title}. {full}. {year};" + _ISSUE + ":{dashed}." + _IDS),
    Style(
        "{people}. {title}. {short}. {year};{volume}:{cut}.< doi: {doi}.> - PMC - PubMed", most=7
    ),
    Style(
        "{people}. {title}. {short} {year};{volume}:{cut}.< doi:{doi}.> [Google Scholar]", most=4
    ),
    Style("{people}: {title}. {short} {volume}:{pages}, {year}<. PMID {pmid}>"),
    Style(
        "{people} ({year}). {title}. {full}, " + _ISSUE + ", {dashed}." + _LINKED,
        form="inverted",
        most=8,
        last=", & ",
    ),
    Style(
        "{people} {title}. {stopped} {volume}, {dashed} ({year})." + _LINKED,
        form="inverted",
        most=6,
        last=" & ",
        others=" et al.",
    ),
    Style(
        "{people} ({year}) ‘{title}’, {full}, " + _ISSUE + ", pp. {dashed}.< doi: {doi}.>",
        form="inverted",
        most=5,
        last=" and ",
        others=" et al.",
    ),
    Style(
        "{people}, “{title},” {stopped}, vol. {volume}<, no. {issue}>, pp. {dashed}, <{mon} >{year}"
        "<, doi: {doi}>.",
        form="stopped",
        most=7,
        last=", and ",
        others=" et al.",
    ),
    Style(
        "{people}. “{title}.” {full} {volume}<, no. {issue}> (<{month} >{year}): {dashed}."
        + _LINKED,
        form="filed",
        most=5,
        last=", and ",
    ),
    Style(
        "{people}. {year}. {title}. {full}, " + _ISSUE + ":{dashed}.",
        form="full",
        most=9,
        last=", and ",
    ),
    Style(
        "{people} ({year}). {title}. {stopped} {volume}, {dashed}.",
        form="inverted",
        most=11,
        last=", and ",
    ),
    Style(
        "{people}; {title}; {short} {year}, {volume}, {cut}.< DOI {doi}>",
        form="filed",
        most=9,
        last="; ",
        between="; ",
        others="; et al.",
    ),
    Style(
        "{people}, {title}. {stopped} {volume}, {pages} ({year}).< doi: {doi}>< pmid: {pmid}>",
        form="stopped",
        most=6,
        others=" et al.",
    ),
    Style("{title}. {people}. {short}. " + _DATED + ".< doi: {doi}.><\nPMID: {pmid}>"),
    Style("{title}\n{people}\n{short} " + _DATED + ".< Epub {epub}>< doi: {doi}.>< PMID: {pmid}>"),
    Style(
        "{title}\n{people}\n{short} " + _DATED + ".< doi: {doi}.>< PMID: {pmid}Free PMC Article>"
    ),
    # Without a title, or without people.
    Style("{people}\n{short} " + _DATED + ".< Epub {epub}>< doi: {doi}.>< PMID: {pmid}>"),
    Style(
        "{people}, {stopped} {volume}, {dashed} ({year}).< doi: {doi}>",
        form="stopped",
        most=4,
        others=" et al.",
    ),
    Style(
        "{people} ({year}) {full} " + _ISSUE + ": {dashed}.",
        form="inverted",
        most=4,
        last=" & ",
        others=" et al.",
    ),
    Style("{short}. " + _DATED + " - PubMed"),
    Style("{title}. {full}, {year}, vol. " + _ISSUE + ", pp. {dashed}.< PMID: {pmid}.>"),
)

# As this program writes the header of a record of fields.
_RECORD = """
    {title}
    Authors: {people}
    Journal: %s. {year}< {mon}< {day}>>;{volume}<({issue})>:{cut}
    DOI: {doi}
    PMID: {pmid}
    Received: {received}
    Accepted: {accepted}
    Affiliation of {folk0}: {place0}<. {email}>
    Affiliation of {folk1}: {place1}
    Publication types: Journal Article; {kind}
    Language: eng
    Keywords: {keywords}
    Grants: {grant}, {funder}
    Conflict of interest statement: {interests}
"""

HEADERS = (
    # As PubMed's pages are saved.
    _header(
        """
        {kind}
        {short}. {year}< {mon}< {day}>>;{volume}<({issue})>:{cut}.
        doi: {doi}.
        {title}
        {people}
        Affiliations¶1 {place0}
        2 {place1}
        3 {place2}
        PMID: {pmid}
        Keywords: {words}.
        Conflict of interest statement¶{interests}
        Grant support¶{grant}/{funder}
        """,
        "numbered",
    ),
    _header(
        """
        {short}. {year}< {mon}< {day}>>;{volume}<({issue})>:{cut}.< doi: {doi}.>< Epub {epub}.>
        {title}
        {people}
        Author information¶1 {place0}<. {email}>
        2 {place1}
        Received {submitted}<; accepted {taken}>
        PMID: {pmid}
        Publication types¶{kind}
        """,
        "numbered",
    ),
    _header(
        """
        {kind}
        . {year}< {mon}< {day}>>;{volume}<({issue})>:{cut}.
        doi: {doi}.
        {title}
        {people}. {short}.
        Conflict of interest statement¶{interests}
        Publication types¶{kind}
        """,
        "full",
        most=2,
    ),
    _header(_RECORD % "{full} ({short})", "full"),
    _header(_RECORD % "{full}", "spaced"),
    # As a journal's site shows it.
    _header(
        """
        {title}
        Authors: {people}
        Authors place of work: {place0}<; {place1}>
        Published in the journal: {short} {year}; {volume}<({issue})>: {pages}
        Category: {kind}
        doi: {doi}
        Submitted: {submitted_on}
        Accepted: {taken_on}
        Keywords: {terms}
        This work was supported by the {funder}, project number {grant}.
        """,
        "numbered",
        last="; ",
        between="; ",
    ),
    # As the first page is printed.
    _header(
        """
        {full} {volume} ({year}) {dashed}
        {kind}
        {title}
        {people}
        1 {place0}
        2 {place1}
        * Corresponding author: {email}
        Received {submitted}<; accepted {taken}>
        https://doi.org/{doi}
        Keywords: {words}
        Funding: {funder} (grant no. {grant})
        Competing interests: {interests}
        """,
        "numbered",
        last=" and ",
    ),
    _header(
        """
        Title: {title}
        Author: {people}
        Source: {full}, {volume}<({issue})>, {dashed}
        Published: <<{day} >{month} >{year}
        Manuscript received {submitted}
        Accepted for publication {taken}
        PubMed ID: {pmid}
        Digital object identifier: {doi}
        Article type: {kind}
        Institution: {place0}
        Contact: {email}
        Sponsor: {funder}
        Grant number: {grant}
        Index terms: {words}
        Disclosure: {interests}
        """,
        "filed",
        last="; ",
        between="; ",
    ),
)
