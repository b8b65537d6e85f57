"""A file's bytes as a stream: unpacked where it is gzipped, and never more of it than allowed."""

from __future__ import annotations

import contextlib
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag.errors import LoadError

_GZIP = b"\x1f\x8b"


class BoundedStream(io.RawIOBase):
    """Reads from another stream, and raises LoadError beyond `limit` bytes.

    `renew` starts the count again: a file of many records is bounded record by record.
    """

    def __init__(self, stream: gzip.GzipFile | io.BufferedReader, limit: int) -> None:
        super().__init__()
        self._stream, self._limit, self._read = stream, limit, 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """See `io.RawIOBase`. Raises LoadError for what is damaged or too much."""
        try:
            # What there is, not all that was asked for: of a file that is cut off, the part
            # before the cut is read.
            block = self._stream.read1(len(buffer))
        except (gzip.BadGzipFile, zlib.error, EOFError) as error:
            raise LoadError("a gzip file that is damaged or cut off: fetch it again") from error
        except OSError as error:
            raise LoadError(f"cannot be read: {error.strerror or error}") from error
        self._read += len(block)
        if self._read > self._limit:
            raise LoadError(
                f"more than the limit of {self._limit / 1e6:.0f} MB in one document "
                "(setting max_file_mb)"
            )
        buffer[: len(block)] = block
        return len(block)

    def renew(self) -> None:
        """Start the count again."""
        self._read = 0


class Content:
    """An open file: `stream` gives its unpacked bytes, `position` says how far it was read."""

    def __init__(self, file: io.BufferedReader, limit: int) -> None:
        self._file = file
        packed = file.read(2) == _GZIP
        file.seek(0)
        self._bounded = BoundedStream(gzip.GzipFile(fileobj=file) if packed else file, limit)
        self.stream: io.BufferedReader = io.BufferedReader(self._bounded, 1 << 16)

    @property
    def position(self) -> int:
        """How many bytes of the file itself have been read."""
        return self._file.tell()

    def head(self) -> bytes:
        """The first bytes, which stay to be read: enough to tell what it is."""
        return self.stream.peek(1 << 16)

    def renew(self) -> None:
        """A document is complete: the next may be as large."""
        self._bounded.renew()


@contextlib.contextmanager
def open_content(path: Path, limit: int) -> Iterator[Content]:
    """Open a file for reading. Raises LoadError where it cannot be."""
    try:
        if not path.is_file():  # a pipe or a device may never end
            raise LoadError("not a regular file")
        file = path.open("rb")
    except OSError as error:
        raise LoadError(f"cannot be read: {error.strerror or error}") from error
    with file:
        yield Content(file, limit)
