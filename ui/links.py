"""Links of the page: to the addresses that `rag.addresses` lets through, and nowhere else."""

from __future__ import annotations

import base64
import html
from urllib.parse import urlsplit

from rag.addresses import doi_url, pubmed_url, web_url


def escape(text: str) -> str:
    """`text` as it may stand in an element or in a quoted attribute."""
    return html.escape(text, quote=True)


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


def download(name: str, kind: str, text: str, words: str) -> str:
    """A link that holds the file it gives, of a media type, so that nothing is asked for."""
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    address = f"data:{kind};charset=utf-8;base64,{data}"
    return f'<a download="{escape(name)}" href="{address}">{escape(words)}</a>'
