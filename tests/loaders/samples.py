"""A small file of each format, all telling of the same kettle."""

from __future__ import annotations

import json

from tests.loaders.test_docx import packed, paragraph, parts
from tests.loaders.test_pdf_files import pdf

SAID = "The copper kettle hums at 41 decibels before it boils."
REFERENCE = "Berg A, Lind B. Steel kettles. Tea Sci. 2019;3(2):11-19."
_PUBMED = f"""<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>77</PMID><Article>
<Journal><JournalIssue><Volume>3</Volume><PubDate><Year>2019</Year></PubDate></JournalIssue>
<Title>Tea science</Title></Journal><ArticleTitle>Kettles and noise</ArticleTitle>
<Abstract><AbstractText Label="RESULTS">{SAID}</AbstractText></Abstract>
<AuthorList><Author><LastName>Berg</LastName><Initials>A</Initials></Author></AuthorList>
</Article></MedlineCitation></PubmedArticle></PubmedArticleSet>"""
_JATS = f"""<?xml version="1.0"?>
<article><front><journal-meta><journal-title>Tea science</journal-title></journal-meta>
<article-meta><article-id pub-id-type="doi">10.1/kettle</article-id><title-group>
<article-title>Kettles and <italic>noise</italic></article-title></title-group>
<pub-date><year>2019</year></pub-date><abstract><p>Kettles are loud.</p></abstract></article-meta>
</front><body><sec><title>Results</title><p>{SAID}</p><table-wrap><label>Table 1</label><table>
<thead><tr><th>Metal</th><th>dB</th></tr></thead><tbody><tr><td>copper</td><td>41</td></tr></tbody>
</table></table-wrap></sec></body><back><ref-list><ref><mixed-citation>{REFERENCE}</mixed-citation>
</ref></ref-list></back></article>"""
_MEDLINE = f"""
PMID- 77
OWN - NLM
DP  - 2019 Aug
TI  - Kettles and
      noise
AB  - {SAID}
AU  - Berg A
SO  - Tea Sci. 2019 Aug;3(2):1-9.

PMID- 78
TI  - Trams
AB  - Trams ring twice.
"""
_HTML = f"""<!DOCTYPE html><html><head><title>Kettles</title>
<meta name="citation_title" content="Kettles and noise"><meta name="citation_doi" content="10.1/k">
<script>alert(1)</script></head><body><nav><a href="/">Home</a></nav><article>
<h1>Kettles and noise</h1><h2>Results</h2><p>{SAID}</p><table><tr><th>Metal</th><th>dB</th></tr>
<tr><td>copper</td><td>41</td></tr></table><h2>References</h2><ol><li>{REFERENCE}</li></ol></article>
<footer>Share this</footer></body></html>"""
_MARKDOWN = f"""---
title: Kettles and noise
year: 2019
---

# Kettles and noise

## Results

{SAID}

| Metal | dB |
|-------|----|
| copper | 41 |

## References

1. {REFERENCE}
"""
_RIS = f"TY  - JOUR\nAU  - Berg, A\nTI  - Kettles\nPY  - 2019\nAB  - {SAID}\nER  - \n"
_PUBMED_TEXT = f"""1. Tea Sci. 2019 May;3(2):1-9.

Kettles and noise.

Berg A(1), Lind B(2).

Author information:
(1)Graz. (2)Linz.

RESULTS: {SAID}

PMID: 777
"""
_ROW = {"_id": "1", "title": "Kettles and noise", "text": SAID, "authors": ["Berg A"]}
_OTHER = {"_id": "2", "title": "Trams", "text": "Trams ring twice.", "year": 2019}
_TEXT = (
    f"Kettles and noise\n\nBerg A, Lind B\n\nAbstract\n\n{SAID}\n\nReferences\n\n1. {REFERENCE}\n"
)

SAMPLES: dict[str, bytes] = {
    "a.pdf": pdf(["Kettles and noise", "", SAID], [SAID, "Trams ring twice."]),
    "a.docx": packed(parts(paragraph("Kettles and noise", "Title") + paragraph(SAID))),
    "pubmed.xml": _PUBMED.encode(),
    "jats.nxml": _JATS.encode(),
    "pubmed.txt": _MEDLINE.encode(),
    "pubmed-abstract.txt": _PUBMED_TEXT.encode(),
    "a.ris": _RIS.encode(),
    "a.html": _HTML.encode(),
    "a.md": _MARKDOWN.encode(),
    "a.txt": _TEXT.encode(),
    "c.jsonl": "".join(json.dumps(row) + "\n" for row in (_ROW, _OTHER)).encode(),
    "c.json": json.dumps([_ROW, _OTHER], indent=1).encode(),
    "c.csv": f'id,title,text\n1,Kettles,"{SAID}"\n2,Trams,Trams ring twice.\n'.encode(),
}
