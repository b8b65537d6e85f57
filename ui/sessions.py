"""Whose a page's session is: the first who used it.

A browser names its session by what `Math.random` gives it, and whoever names it reads its answers.
That cannot be guessed in practice, but is not made to keep secrets: so a name serves its user only.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from urllib.parse import parse_qsl

MOST = 1_000  # sessions of one user that are remembered: those used last
_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_IN_QUERY = ("session_hash", "upload_id")
_IN_PATH = re.compile(r"/gradio_api/(?:heartbeat|call/[^/]+)/([^/]+)")


class Sessions:
    """Names of sessions with their users; no user can push another's out."""

    def __init__(self) -> None:
        self._users: dict[str, str] = {}
        self._kept: dict[str, OrderedDict[str, None]] = {}

    def claim(self, user: str, session: str) -> bool:
        """Whether a session is the user's; it is from now on if it was nobody's."""
        if self._users.setdefault(session, user) != user:
            return False
        kept = self._kept.setdefault(user, OrderedDict())
        kept[session] = None
        kept.move_to_end(session)
        if len(kept) > MOST:
            oldest, _ = kept.popitem(last=False)
            del self._users[oldest]
        return True


def is_name(session: object) -> bool:
    """Whether it can be a session's name."""
    return isinstance(session, str) and bool(_NAME.fullmatch(session))


def named_outside(path: str, query: bytes) -> list[str]:
    """The sessions, and the uploads, that a path and its query name.

    Gradio takes a session's name for that of an event, too.
    """
    found = _IN_PATH.fullmatch(path)
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    named = [value for name, value in given if name in _IN_QUERY]
    return [*named, found[1]] if found else named
