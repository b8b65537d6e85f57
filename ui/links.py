"""Addresses that may stand in the page: DOI, PubMed and plain web pages, and nothing else."""

from __future__ import annotations

import html
import re
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit


def escape(text: str) -> str:
    """`text` as it may stand in an element or in a quoted attribute."""
    return html.escape(text, quote=True)


def doi_url(doi: str | None) -> str | None:
    """The resolver's address of a DOI; None when it does not look like one."""
    if not doi or not re.fullmatch(r"10\.\d{4,9}/[^\s\x00-\x1f\x7f]+", doi):
        return None
    return "https://doi.org/" + percent_encode(doi, safe="/:;().,_~-")


def pubmed_url(pmid: str | None) -> str | None:
    """PubMed's page of a record; None when the number is none."""
    if not pmid or not re.fullmatch(r"[0-9]{1,9}", pmid):
        return None
    return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"


def web_url(url: str | None) -> str | None:
    """`url` itself when it is plain http or https with a host and no user name; else None."""
    if not url or re.search(r"[\s\x00-\x1f\x7f\"'<>\\`{}|^]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if safe else None


def link(url: str, words: str) -> str:
    """A link that opens elsewhere and tells that place nothing about this page."""
    return (
        f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{escape(words)}'
        '<span class="cw-hidden"> (opens in a new tab)</span></a>'
    )


def publication_links(doi: str | None, pmid: str | None, url: str | None = None) -> str:
    """The ways to a publication: DOI and PubMed; its web address only where neither is known."""
    found = []
    if address := doi_url(doi):
        found.append(link(address, f"doi:{doi}"))
    if address := pubmed_url(pmid):
        found.append(link(address, f"PubMed {pmid}"))
    if not found and (address := web_url(url)):
        found.append(link(address, urlsplit(address).hostname or address))
    return f'<p class="cw-links">{" ".join(found)}</p>' if found else ""
