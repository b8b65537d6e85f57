"""Addresses that may be links: DOI, PubMed and plain web pages, and nothing else."""

from __future__ import annotations

import re
from urllib.parse import quote as percent_encode
from urllib.parse import urlsplit


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
    if not url or not url.isprintable() or re.search(r"[\s\"'<>\\`{}|^]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    safe = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    return url if safe else None
