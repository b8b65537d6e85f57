"""The SQLite file: connections, and its errors in our words."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

from rag.errors import IndexDamagedError, IndexMissingError, StorageError
from rag.store.manifest import rebuild_advice
from rag.store.schema import SCHEMA
from rag.store.selection import names_author

FILE = "corpus.sqlite"
_FULL = ("full", "disk i/o error", "readonly", "read-only", "unable to open")


class Database:
    """One connection a thread. Readers see the last commit while a writer goes on."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        self.folder = folder
        self.path = folder / FILE
        self.writable = writable
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        if not writable:
            if not self.path.is_file():
                raise IndexMissingError(f"{self.path} is missing: {rebuild_advice(folder)}")
            self._check_whole()
        with self.errors():
            if writable:
                self.connection.executescript(SCHEMA)
            self.connection.execute("SELECT count(*) FROM documents").fetchone()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        if not hasattr(self._local, "connection"):
            self._local.connection = self._connect()
            self._open.append(self._local.connection)
        connection: sqlite3.Connection = self._local.connection
        return connection

    def state(self) -> tuple[int, int]:
        """What changes for this thread when another process has written or put another file here.

        A thread's connection is opened anew where the file is another one: `--rebuild` makes one.
        """
        file = self._file()
        if getattr(self._local, "file", file) != file:
            self._local.connection.close()
            del self._local.connection
        with self.errors():
            version = self.connection.execute("PRAGMA data_version").fetchone()[0]
        self._local.file = file
        return file, version

    def _file(self) -> int:
        """The number by which the system knows the file; while one is being made, the last."""
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return getattr(self._local, "file", 0)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it or nothing. Raises StorageError where the disk does not take it."""
        with self.errors(), self.connection as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """SQLite's errors as StorageError or IndexDamagedError."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if not self.writable and not self.path.is_file():
                raise IndexMissingError(
                    f"the index in {self.folder} is not there any more: put its folder back, "
                    "or start again with --index and where it is now"
                ) from error
            if any(sign in str(error).lower() for sign in _FULL):
                if not self.writable:
                    raise StorageError(
                        f"the index in {self.folder} cannot be opened ({error}): "
                        "mend its permissions or its disk, then ask again"
                    ) from error
                raise StorageError(
                    f"the index in {self.folder} could not be written ({error}): "
                    "free some space or mend its permissions, then run the same command again"
                ) from error
            raise IndexDamagedError(
                f"{self.path} is damaged ({error}): {rebuild_advice(self.folder)}"
            ) from error

    def close(self) -> None:
        """Close every thread's connection."""
        for connection in self._open:
            with contextlib.suppress(sqlite3.Error):
                connection.close()
        self._open.clear()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        if self.writable:
            connection = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA secure_delete = ON")  # what is removed is overwritten
        else:
            connection = self._connect_reader()
        connection.row_factory = sqlite3.Row
        connection.create_function("names_author", 2, names_author, deterministic=True)
        return connection

    def _connect_reader(self) -> sqlite3.Connection:
        """Where a medium is full or read-only there is no room for SQLite's shared memory."""
        address = self.path.resolve().as_uri()
        if os.access(self.folder, os.W_OK):
            connection = sqlite3.connect(f"{address}?mode=ro", uri=True, check_same_thread=False)
            try:
                connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
                return connection
            except sqlite3.OperationalError:
                connection.close()
        return sqlite3.connect(f"{address}?immutable=1", uri=True, check_same_thread=False)

    def _check_whole(self) -> None:
        """A truncated file opens, and fails at some later question; better to say so now."""
        with self.path.open("rb") as stream:
            header = stream.read(100)
        if header[:16] != b"SQLite format 3\0":
            raise IndexDamagedError(
                f"{self.path} is not a database of Citewell's: {rebuild_advice(self.folder)}"
            )
        page_size = int.from_bytes(header[16:18], "big")
        page_size = 65536 if page_size == 1 else page_size
        pages = int.from_bytes(header[28:32], "big")
        journal = self.path.with_name(f"{FILE}-wal")
        pending = journal.exists() and journal.stat().st_size > 0
        if not pending and self.path.stat().st_size < page_size * pages:
            raise IndexDamagedError(f"{self.path} is truncated: {rebuild_advice(self.folder)}")
