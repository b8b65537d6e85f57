"""Which elements of a web page are not its document: by tag, role, generic name and links.

Each rule names what pages in general call such a part; none knows a site. An element that holds
the page's main heading or a good part of its text is never furniture, whatever it is called:
pages put words like "has-sidebar" on their outermost elements.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml.html import HtmlElement

SILENT = frozenset(
    "script style noscript template svg iframe object embed head meta link canvas audio video "
    "map source track input textarea select option datalist img".split()
)
_NEVER = frozenset("html body main h1 h2 h3 h4 h5 h6 p table thead tbody tr td th".split())
_TAGS = {
    "nav": "navigation",
    "menu": "navigation",
    "form": "form",
    "button": "button",
    "dialog": "dialog",
    "aside": "aside",
}
_ROLES = {
    "navigation": "navigation",
    "menu": "navigation",
    "menubar": "navigation",
    "tablist": "navigation",
    "toolbar": "page tools",
    "button": "button",
    "search": "form",
    "form": "form",
    "banner": "page header",
    "contentinfo": "page footer",
    "complementary": "aside",
    "dialog": "dialog",
    "alertdialog": "dialog",
    "tooltip": "tooltip",
}
_NAMES: tuple[tuple[str, str], ...] = (
    ("cookie notice", r"cookies?|gdpr|consent"),
    ("share buttons", r"share|sharing|social|addthis|share ?this|social (?:media|share)"),
    ("navigation", r"nav|navbar|navigation|menu|submenu|breadcrumbs?|pagination|pager|tabs|toc"),
    ("navigation", r"skip(?: ?link| ?nav| to.*)?|table of contents|jump(?: ?to.*)?"),
    ("sidebar", r"side ?bar|(?:left|right) rail"),
    ("page tools", r"tool ?bar|tools|actions?|permissions|download|print|export"),
    ("page tools", r"(?:citation|download|export|cite)s? (?:tools?|this|article)"),
    ("metrics", r"alt ?metrics?|metrics|usage stat(?:istic)?s"),
    (
        "related articles",
        r"(?:\w+ ){0,3}(?:related|similar|recommended|suggested|popular)(?: \w+)?",
    ),
    ("related articles", r"cited ?by|most (?:read|cited|viewed)|trending|recommendations?"),
    ("advertisement", r"ads?|advert\w*|ad (?:slot|unit)|sponsored|promo|banner"),
    ("newsletter", r"newsletter|subscri(?:be|ption)|sign ?up|log ?in|register|paywall|alerts?"),
    ("dialog", r"modal|pop ?up|overlay|lightbox|drop ?down|tool ?tip"),
    ("comments", r"comments?|disqus|discussion thread|respond"),
)
_WHERE = r"(?:(?:article|page|site|content|main|global|left|right|sticky|mobile|top|bottom) )?"
_PART = (
    r"(?: (?:lists?|links?|bar|block|box|wrap(?:per)?|container|section|widget|panel|buttons?"
    r"|menu|inner|content|banner|notice|icons?|area|group|items?|message|root|dialog))*"
)
_NAMED = (
    *((rule, re.compile(f"{_WHERE}(?:{pattern}){_PART}")) for rule, pattern in _NAMES),
    ("page header", re.compile(r"(?:(?:site|page|global|main) )?header|mast ?head|top ?bar|logo")),
    ("page footer", re.compile(r"(?:(?:site|page|global|main) )?footer|copyright bar|colophon")),
)
# Rules that hold for prose too: notices and offers are often whole paragraphs.
_PROSE_TOO = frozenset(("cookie notice", "advertisement", "newsletter", "dialog", "page footer"))
_REFERENCES = re.compile(
    r"(?:ref|refs|references?|citations|citation list|bibliography|bib|literature)"
    r"(?: (?:list|section|entries|items|container|content|\d+))*"
    r"|(?:article|section|sec|cited) (?:refs|references|bibliography)(?: list)?"
)
_OUT_OF_SIGHT = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_READ_ALOUD = re.compile(
    r"(?:sr|screen reader)(?: only| text)?|(?:visually|usa sr) ?(?:hidden|only)"
)
_MAIN = "self::main or @role='main'"
_WORTH_KEEPING = 200  # characters of unlinked text that may be folded away, not thrown away
_GREATEST_SHARE = 0.4  # of the page's text


@dataclass(slots=True)
class Weight:
    """How much text lies in an element: in all, and in links (how many)."""

    text: int = 0
    linked: int = 0
    links: int = 0
    paragraphs: int = 0
    heads: bool = False  # holds a heading of the first level
    entries: bool = False  # is or holds a citation list

    @property
    def plain(self) -> int:
        """Characters outside of links."""
        return self.text - self.linked


class Furniture:
    """Tells the furniture of one page, from weights taken once."""

    def __init__(self, root: HtmlElement) -> None:
        self._weights = _weigh(root)
        self._whole = self._weights[root].text or 1
        self.article = self._find_article(root)
        within = [] if self.article is None else self.article.iterancestors()
        self._around = {self.article, *within}

    def rule(self, element: HtmlElement) -> str | None:
        """The name of the rule that calls the element furniture; None where none does."""
        weight = self._weights.get(element)
        if weight is None or not weight.text:
            return None
        if _is_hidden(element) and not (weight.plain >= _WORTH_KEEPING or weight.entries):
            return "hidden"
        if element.tag in _NEVER or element in self._around:
            return None
        if (
            weight.heads
            or weight.text > _GREATEST_SHARE * self._whole
            or is_reference_list(element)
        ):
            return None
        return self._by_kind(element, weight) or self._by_place(element, weight)

    def _by_kind(self, element: HtmlElement, weight: Weight) -> str | None:
        role = (element.get("role") or "").lower().strip()
        rule = _ROLES.get(role) or _TAGS.get(element.tag)
        if rule and not (rule == "aside" and self._is_box(element, weight)):
            return rule
        if element.tag in ("header", "footer") and not self._is_inside(element):
            return f"page {element.tag}"
        names = element_names(element)
        if any(_READ_ALOUD.fullmatch(name) for name in names) and weight.text < 100:
            return "for screen readers"
        if weight.entries:
            return None
        kept = _is_prose(weight)
        for rule, pattern in _NAMED:
            if not (kept and rule not in _PROSE_TOO) and any(map(pattern.fullmatch, names)):
                return rule
        return None

    def _by_place(self, element: HtmlElement, weight: Weight) -> str | None:
        if self.article is not None and not self._is_inside(element) and not weight.entries:
            return "outside the article"
        listed = element.tag in ("ul", "ol", "div", "section", "dl")
        crowded = weight.links >= 5 and weight.linked > 0.85 * weight.text
        facts = any(re.search(r"author|contrib|keyword|subject|affil", n) for n in _names(element))
        return "list of links" if listed and crowded and not weight.entries and not facts else None

    def _is_box(self, element: HtmlElement, weight: Weight) -> bool:
        """Whether an aside is a box of the article: it stands in it and holds prose."""
        return self._is_inside(element) and _is_prose(weight)

    def _is_inside(self, element: HtmlElement) -> bool:
        return any(
            one is self.article or one.tag in ("article", "main") for one in element.iterancestors()
        )

    def _find_article(self, root: HtmlElement) -> HtmlElement | None:
        """The element that holds the page's text, where the page says which one it is."""
        whole = self._weights[root].paragraphs
        for found in (
            root.xpath(f"//*[{_MAIN}][not(ancestor::*[{_MAIN}])]"),
            root.xpath("//article[not(ancestor::article)]"),
        ):
            if len(found) == 1 and self._weights[found[0]].paragraphs > 0.6 * max(whole, 1):
                return found[0]
        return None


def is_reference_list(element: HtmlElement) -> bool:
    """Whether the element says that it holds a citation list."""
    role = (element.get("role") or "").lower()
    if role in ("doc-bibliography", "doc-endnotes"):
        return True
    if element.tag not in ("ol", "ul", "div", "section", "dl", "table"):
        return False
    return len(element) > 0 and any(map(_REFERENCES.fullmatch, _names(element)))


def element_names(element: HtmlElement) -> list[str]:
    """What the element is called: each class, and the id, as words, without a short prefix.

    >>> from lxml.html import fromstring
    >>> element_names(fromstring('<div class="c-toolBar" id="share_links"></div>'))
    ['tool bar', 'share links']
    """
    return [re.sub(r"^(?:\w{1,3} )+(?=\w{3})", "", name) for name in _names(element)]


def _names(element: HtmlElement) -> list[str]:
    stated = [*(element.get("class") or "").split()[:12], element.get("id") or ""]
    parted = (re.sub(r"(?<=[a-z])(?=[A-Z])|[-_.:]+", " ", name) for name in stated)
    return [" ".join(name.lower().split()) for name in parted if name]


def _is_hidden(element: HtmlElement) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_OUT_OF_SIGHT.search(element.get("style") or ""))
    )


def _is_prose(weight: Weight) -> bool:
    return weight.paragraphs >= 300 and weight.linked < 0.3 * weight.text


def _weigh(root: HtmlElement) -> dict[HtmlElement, Weight]:
    """The weight of every element, children before parents."""
    weights: dict[HtmlElement, Weight] = {}
    elements = list(root.iter())
    for element in reversed(elements):
        if not isinstance(element.tag, str) or element.tag in SILENT:
            continue
        weight = weights.setdefault(element, Weight())
        weight.text += _length(element.text)
        for child in element:
            weight.text += _length(child.tail)
            if (part := weights.get(child)) is not None:
                _add(weight, part)
        if element.tag == "a":
            weight.linked, weight.links = weight.text, 1
        if element.tag == "p":
            weight.paragraphs = weight.text
        weight.heads = weight.heads or (element.tag == "h1" and weight.text > 0)
        weight.entries = weight.entries or is_reference_list(element)
    return weights


def _add(weight: Weight, part: Weight) -> None:
    weight.text += part.text
    weight.linked += part.linked
    weight.links += part.links
    weight.paragraphs += part.paragraphs
    weight.heads = weight.heads or part.heads
    weight.entries = weight.entries or part.entries


def _length(text: str | None) -> int:
    return len(" ".join(text.split())) if text else 0
