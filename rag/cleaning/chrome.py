"""What a saved web page carries besides its text, as rules on single lines.

Two strengths. A *sure* line is page furniture wherever it stands; one is enough to call the
file a saved page. An *unsure* line ("Format", "PubMed", "Https") is furniture only there: in
a plain text it may be somebody's heading.
"""

from __future__ import annotations

import re
from enum import Enum

_SURE: tuple[tuple[str, str], ...] = (
    ("skip link", r"(?:skip|jump) to (?:main |page |the )*(?:content|navigation|search).*"),
    ("site banner", r"(?:an )?official website of the .{3,60}|u\.?s\.? flag|dot gov"),
    ("site banner", r"the \.(?:gov|mil|edu) means it[’']s official\..*"),
    ("site banner", r"federal government websites often end in .*"),
    ("site banner", r"the https://.{0,20} ensures that you are connecting to .*"),
    ("site banner", r"here[’']s how you know.*"),
    ("access keys", r"access keys\b.*"),
    ("cookie notice", r"(?:this|our) (?:web ?)?site uses cookies\b.*|we use cookies\b.*"),
    ("cookie notice", r"(?:accept|reject|manage) (?:all )?(?:optional )?cookies.*|cookie settings"),
    ("empty widget", r"your browsing activity is empty\.?"),
    ("empty widget", r"activity recording is turned (?:off|on)\.?|turn recording (?:back )?on"),
    ("page tools", r"linkout ?[-–] ?more resources|pubmed disclaimer"),
    ("site help", r"see the faq for details\.?|see .{3,80} in (?:pubmed|ncbi bookshelf)\..*"),
    ("script notice", r".*(?:enable javascript|javascript is (?:disabled|required)).*"),
    ("legal notice", r"(?:©|copyright ©).{0,80}all rights reserved\.?"),
    ("navigation", r"(?:previous|next) article in (?:this )?(?:special )?(?:journal|issue)"),
    ("page tools", r"translate this (?:page|article).{0,20}|check for updates"),
    ("page tools", r"(?:download|export) citations?|reprints (?:and|&) permissions"),
    ("page tools", r"view (?:article |author )?(?:affiliations|metrics)|share this article"),
    ("metrics", r"(?:metrics: )?total (?:views|(?:pdf )?downloads): .*"),
)
_NETWORK = (
    r"(?:facebook|twitter|linkedin|reddit|whatsapp|mendeley|pinterest|tumblr|telegram|weibo|wechat"
    r"|bluesky|mastodon|threads|researchgate|citeulike|digg|e-?mail|copy link)"
)
# What there is more of behind a link.
_LISTED = (
    r"(?:(?:related |similar |recent )?(?:articles?|results?|authors?|affiliations?|comments?"
    r"|references?|figures?|tables?|details?|versions?|metrics|information|info|news|issues|jobs"
    r"|publications|keywords)(?: .{3,20})?|\d+ .{3,20}|\(?\d+\)?)"
)
_ARROW = r"\W{0,3}"
_UNSURE: tuple[tuple[str, str], ...] = (
    ("site banner", r"https?|the site is secure\."),
    ("page tools", r"format|send to:?|choose destination|display settings:?|see more\W*"),
    ("page tools", r"(?:save|e-?mail|print|share|cite|download|permalink|bookmark|favorites?)"),
    ("page tools", r"(?:download|view|open|read) (?:the )?(?:pdf|article|full text|in browser)"),
    ("page tools", r"(?:full text links?|free article|free pmc article)"),
    (
        "page tools",
        r"add to (?:my )?(?:favou?rites|collections?|cart|basket|bookmarks|library|list)",
    ),
    ("page tools", rf"(?:show|view|see|load) (?:more|less|all)(?: {_LISTED})?{_ARROW}|back to top"),
    ("advertisement", r"advertisements?|sponsored(?: content)?"),
    ("page tools", r"close|download (?:full|entire) (?:issue|text|pdf)|set (?:an )?alert"),
    ("share buttons", r"share(?: this)?(?: (?:article|page|paper|post))?(?: (?:on|via|to|by))?"),
    ("share buttons", rf"(?:(?:share|tweet|post)\s+)?(?:(?:on|via|to|by) )?(?:{_NETWORK}\W*)+"),
    ("share buttons", rf"(?:share|tweet)(?: this)?(?: \w+)?\W+(?:x\W+)?(?:{_NETWORK}\W*)+"),
    ("share buttons", r"(?:share|post) (?:on|via|to) x|tweet(?: this)?"),
    ("account links", r"(?:log|sign) ?(?:in|out|up)|register|my account|subscribe(?: now)?"),
    ("navigation", r"home|menu|search|about(?: us)?|contact(?: us)?|help|navigation"),
    ("navigation", r"(?:previous|next)(?: article)?|breadcrumbs?|main (?:content|navigation)"),
    (
        "page tools",
        r"(?:(?:save|e-?mail|send to|print|share|cite|permalink|display options)\s*){2,}",
    ),
    ("page tools", r"display options|search (?:pubmed|pmc|results|this (?:site|journal))"),
    ("page tools", r"(?:advanced|create (?:alert|rss)|user guide|clipboard|my bibliography|\s)+"),
    ("site links", r"pubmed|pmc|bookshelf|google scholar|crossref|(?:• ?)+(?:pubmed|bookshelf)"),
    ("page tools", r"view all \d+ .{3,20}|article (?:metrics|tools|options)|peer review reports"),
    ("page tools", r"(?:request|get) permissions?|go to:?|top of page|published:|updates"),
    ("page tools", r"(?:free|full|open) access|epub|full(?: text)?(?: html)?"),
    (
        "page tools",
        r"view in (?:article|browser|scopus|pubmed|google scholar|web of science|full screen)",
    ),
    (
        "page tools",
        r"full[- ]size (?:image|table|figure)|download references|article google scholar",
    ),
    ("newsletter", r"sign up (?:for|to) (?:our|the) .{3,40}|get the latest .{3,40}"),
    ("metrics", r"[\d.,]+k? (?:accesses|citations?|altmetric|views|downloads|shares|reads)"),
    ("metrics", r"metrics(?: details)?|accesses|scopus \(\d+\)|get rights(?: and content)?"),
    (
        "page tools",
        r"(?:article )?reprints|affiliations (?:&|and) notes|article info|cover image .*",
    ),
    ("reading settings", r"font (?:type|size):?|line spacing:?|column width:?|(?:aa\s*){2,}"),
    ("reading settings", r"(?:(?:arial|georgia|verdana|times|helvetica|serif|sans)\s*){2,}"),
    ("picture", r"(?:[^\W\d]\S* ){1,4}logo|.{2,80} logo\s?link to .{2,80}"),
    ("site name", r"from .{3,40}, the free .{3,20}|\(redirected from .{1,80}\)"),
    (
        "link captions",
        r"(?=.*(?:google scholar|pubmed|crossref|scopus|web of science|\bcas\b))"
        r"(?:(?:view |free )?(?:article|abstract|full text|pdf|cas|ads|pubmed(?: central)?|pmc"
        r"|google scholar|crossref|scopus|web of science|medline|ncbi|doi)[\s,|/·•\[\]-]*)+",
    ),
    ("legal notice", r"(?:privacy|terms)(?: policy| of (?:use|service))?|disclaimer"),
)
# Parts of a saved page that are not the document: from their heading to the next known one.
_PAPERS = r"(?:articles?|papers?|publications?|documents?|content|research|works?|posts?)"
_SIDE_SECTIONS = re.compile(
    rf"(?:similar|related|recommended|suggested) {_PAPERS}(?: (?:in|from|for|by) .{{2,30}})?"
    rf"|cited by(?: \(?[\d,]+\)?)?(?: other)?(?: {_PAPERS})?"
    rf"|related (?:information|links|topics|reading)|{_PAPERS} citing this.{{0,20}}"
    r"|citing (?:articles|literature)"
    r"|linkout.*|supplemental content|table of contents|recent activity|recommended articles.*"
    r"|(?:others?|people|readers|users|customers) also (?:read|viewed|liked|downloaded|looked at).*"
    r"|you (?:may|might) (?:also )?(?:like|be interested in).*"
    r"|more (?:like|from|by) th(?:is|ese) .*"
    r"|most (?:read|cited|popular|viewed|recent).*|share|actions|page navigation"
    r"|full text (?:links|sources)|article (?:metrics|usage)|altmetric.{0,20}|citation metrics"
    r"|trending|figures? \(\d+\)|named works.*|latest (?:news|issue|articles)"
    r"|share (?:this|on) .{3,30}|select your interests|follow us.*|stay (?:connected|informed).*",
    re.IGNORECASE,
)
# Link captions that saving glues to the end of a line.
_LINK_TAIL = re.compile(
    r"(?:\s*[-–]\s*(?:PMC|PubMed|DOI|Google Scholar|Crossref))+\s*$"
    r"|(?:\s+(?:View |Free )?(?:Article|Abstract|Full Text|CAS|ADS|PubMed(?: Central)?|PMC))*"
    r"\s+(?:PubMed(?: Central)?|CAS|Crossref)\s+(?:PubMed Central\s+)?Google Scholar\s*$"
    r"|\s*(?:Free PMC [Aa]rticle|Free [Aa]rticle)\.?\s*$"
    r"|\s*\[(?:PubMed|PMC|DOI|Cross ?[Rr]ef|Google Scholar|CAS|Scopus)[^\]]*\]\s*$"
)


_LONGEST_TAIL = 300  # characters
_TELLING = 5  # different unsure lines


class Strength(Enum):
    """How certain a rule is that a line is page furniture."""

    SURE = "sure"
    UNSURE = "unsure"


_RULES = tuple(
    (strength, rule, re.compile(pattern, re.IGNORECASE))
    for strength, rules in ((Strength.SURE, _SURE), (Strength.UNSURE, _UNSURE))
    for rule, pattern in rules
)


def furniture(line: str) -> tuple[Strength, str] | None:
    """The strength and name of the rule that calls the line page furniture, if one does."""
    line = line.strip().lstrip("•·").strip()
    sentence = line.endswith((".", "!", "?", ";"))
    for strength, rule, pattern in _RULES:
        # A button has no full stop; a step of a protocol has ("Close.", "View all wells.").
        if sentence and strength is Strength.UNSURE and rule != "site banner":
            continue
        if pattern.fullmatch(line):
            return strength, rule
    return None


def is_saved_page(lines: list[str]) -> bool:
    """Whether the lines are a web page's text, saved with what stood around it.

    One sure line tells it, and so do many unsure ones: nobody has five headings of such names.
    """
    unsure: set[str] = set()
    for line in lines:
        found = furniture(line)
        if found and found[0] is Strength.SURE:
            return True
        if found:
            unsure.add(line.strip().lower())
    return len(unsure) >= _TELLING


def is_neighbour(line: str) -> bool:
    """Whether the title of another article of the issue stands on the next line."""
    return re.fullmatch(r"(?:previous|next) article in .*", line.strip(), re.IGNORECASE) is not None


def is_side_section(line: str) -> bool:
    """Whether the line heads a part of a saved page that is not the document."""
    return _SIDE_SECTIONS.fullmatch(line.strip()) is not None


def link_tail(text: str) -> int:
    """Where the link captions start with which a line ends; its length where there are none.

    Looked for near the end alone: a search from the start would read the rest of the line anew
    from every caption in it.
    """
    end = len(text)
    while match := _LINK_TAIL.search(text, max(0, end - _LONGEST_TAIL), end):
        end = match.start()
    return end
