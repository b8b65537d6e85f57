"""The errors that users meet. Each message is one line that says what to do.

CitewellError
├── UsageError              the call is wrong (exit status 2)
│   ├── QuestionError       a question that cannot be asked
│   └── GoldError           a gold set with mistakes (rag.evaluation.gold)
├── LoadError               a file that cannot be read; it is reported and skipped
├── PictureError            a page that cannot be drawn
├── ModelError              a model that is missing or not the one it says it is
└── StoreError              an index that cannot be used
    ├── IndexMissingError
    ├── IndexFormatError    built by another version or another model
    ├── IndexDamagedError
    ├── IndexLockedError    somebody else is writing
    └── StorageError        the disk is full or read-only
"""

from __future__ import annotations


class CitewellError(Exception):
    """Anything that Citewell says went wrong."""


class UsageError(CitewellError):
    """The call is wrong: an argument, a path, a setting."""


class QuestionError(UsageError):
    """A question that cannot be asked: empty, too long, nothing but control characters."""


class LoadError(CitewellError):
    """A file that cannot be read as text; the message is the reason shown in reports."""


class PictureError(CitewellError):
    """A page of a file that cannot be drawn: damaged, locked, gone, or too much."""


class ModelError(CitewellError):
    """A model that is missing, damaged or not the one that was asked for."""


class StoreError(CitewellError):
    """An index that cannot be used."""


class IndexMissingError(StoreError):
    """There is no index at this place."""


class IndexFormatError(StoreError):
    """The index was built by another format version or another model."""


class IndexDamagedError(StoreError):
    """A file of the index is truncated or foreign."""


class IndexLockedError(StoreError):
    """Another process is writing to the index."""


class StorageError(StoreError):
    """The index could not be written: the disk is full, or read-only."""
