"""Questions about papers themselves: of header blocks, and of reference entries, alone and listed.

No set of such questions is at hand. Titles are those of SciFact's abstracts, all else is made up
(`papers.py`), printed in the styles of pages and lists (`styles.py`), and asked for in the words
of `wordings.toml`. Two fifths of the questions have no answer: the fact is missing, or the paper
is, and what stands there shares some of the details that name it.
"""

from training.reader.records.drawing import records

__all__ = ["records"]
