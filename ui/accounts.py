"""Who may open the window: names with salted password hashes, a line each in a file.

    python -m ui.accounts NAME >> accounts

asks for a password and prints its line. The file is for `rag serve --auth-file`.
"""

from __future__ import annotations

import argparse
import asyncio
import getpass
import hashlib
import hmac
import secrets
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rag.errors import UsageError

_COST = {"n": 1 << 14, "r": 8, "p": 1}  # about 40 ms; OWASP's least for scrypt is 2^14 at r 8, p 5
_MEND = "make its lines with `python -m ui.accounts NAME`"
_LEAST = 8  # characters of a password
_AT_ONCE = 2  # hashes; each takes 16 MB


class Accounts:
    """Names and what their passwords hash to; called, it says whether the two fit."""

    def __init__(self, hashes: Mapping[str, tuple[bytes, bytes]]) -> None:
        """`hashes`: of each name the salt and the hash."""
        self._hashes = dict(hashes)
        self._nobody = (b"\0" * 16, b"\0" * 64)
        self._workers = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="accounts")

    @classmethod
    def read(cls, path: Path) -> Accounts:
        """Raises UsageError for a file that cannot be read or holds something else."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8 text"
            raise UsageError(f"the accounts in {path} cannot be read: {reason}") from error
        hashes: dict[str, tuple[bytes, bytes]] = {}
        for number, line in enumerate(lines, start=1):
            if line.strip():
                name, kept = _parsed(line.strip(), f"{path}, line {number}")
                hashes[name] = kept
        if not hashes:
            raise UsageError(f"{path} names nobody: {_MEND}")
        return cls(hashes)

    def __call__(self, name: str, password: str) -> bool:
        """Whether this is the name's password; as long in coming for a name that is none."""
        salt, kept = self._hashes.get(name, self._nobody)
        return hmac.compare_digest(_hash(password, salt), kept) and name in self._hashes

    async def verify(self, name: str, password: str) -> bool:
        """The same beside the event loop, which serves the others meanwhile."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, self, name, password)


def line_of(name: str, password: str) -> str:
    """The line of an account. Raises UsageError for a name or a password that cannot be."""
    if not name or ":" in name or name != name.strip() or not name.isprintable():
        raise UsageError("a name is printable, without a colon and without blanks at its ends")
    if len(password) < _LEAST:
        raise UsageError(f"a password has at least {_LEAST} characters")
    salt = secrets.token_bytes(16)
    return f"{name}:scrypt:{salt.hex()}:{_hash(password, salt).hex()}"


def _parsed(line: str, where: str) -> tuple[str, tuple[bytes, bytes]]:
    try:
        name, method, salt, kept = line.split(":")
        if method != "scrypt":
            raise ValueError(method)
        return name, (bytes.fromhex(salt), bytes.fromhex(kept))
    except ValueError:
        raise UsageError(f"{where} is no account: {_MEND}") from None


def _hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, **_COST)


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask for a password, print the account's line."""
    parser = argparse.ArgumentParser(
        prog="python -m ui.accounts",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name")
    name = parser.parse_args(arguments).name
    try:
        if sys.stdin.isatty():
            password = getpass.getpass(f"Password for {name}: ", stream=sys.stderr)
        else:
            password = sys.stdin.readline().rstrip("\n")
        print(line_of(name, password))
    except UsageError as error:
        print(f"ui.accounts: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
