"""The text layer of a PDF, with the place where each page starts."""

from __future__ import annotations

import io
import logging
from itertools import accumulate

from rag.errors import LoadError


def read_pdf(content: bytes) -> tuple[str, tuple[int, ...]]:
    """The text of all pages and the offset of each page in it. Raises LoadError."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    # pypdf reports every oddity of a file as a log line; what matters comes as an exception.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError("an encrypted PDF: save it without its password")
        texts = [page.extract_text() + "\n\n" for page in reader.pages]
    except LoadError:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise LoadError(f"a PDF that cannot be read ({type(error).__name__})") from error
    except (RecursionError, MemoryError) as error:
        raise LoadError("a PDF that is nested or packed beyond reason") from error
    if not any(text.strip() for text in texts):
        raise LoadError(f"no text layer on its {len(texts)} pages: run it through OCR first")
    starts = [0, *accumulate(map(len, texts))]
    # Lone surrogates come from broken character maps; they are no characters.
    text = "".join(texts).encode("utf-8", "replace").decode("utf-8")
    return text, tuple(starts[:-1])
