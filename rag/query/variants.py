"""Other ways to write a name: joined and split, with a Latin letter for a Greek one.

They are guesses: a caller keeps those whose stems the corpus holds. British and American
spellings, and Greek letters and their names, have one stem (see `rag.terms`).
"""

from __future__ import annotations

import re
from itertools import product

from rag.terms import fold, stem

_NAMES = "alpha beta gamma delta epsilon kappa lambda sigma theta zeta omega".split()
_NAMED = re.compile(rf"(?<=[A-Z0-9])({'|'.join(_NAMES)})(?=\d|$)")
_LATIN = {"a": "alpha", "b": "beta", "g": "gamma", "d": "delta", "k": "kappa"}  # "TNFa"
_NAME_OF_LATIN = {name: letter for letter, name in _LATIN.items()}
_ATOM = re.compile(r"[α-ω]|\d+|[A-Z]+(?=[A-Z][a-z]{2})|[A-Z]*[^\W\dα-ωA-Z_]+|[A-Z]+")
_MOST_ATOMS = 5
_PREFIX = re.compile(
    r"(?:anti|non|co|pre|post|multi|inter|intra|sub|micro|over|under|re|pro|self|neo|extra|semi)"
    r"(?=[^\W_]{3})"
)


def split_prefix(word: str) -> tuple[str, str] | None:
    """ "coinfection" as "co" and "infection"; None for a word with no such beginning."""
    match = _PREFIX.match(word)
    return (match.group(), word[match.end() :]) if match else None


def is_code(written: str) -> bool:
    """Whether a word is a name made of letters and digits or of two scripts: "IL6", "TNFα"."""
    kinds = {_kind(char) for char in written}
    joint = r"[a-z]{3}[A-Z]{2}|[A-Z]{2}[abgdk](?:[A-Z]|$)"  # "antiCD", "TNFa", "NFkB"
    return len(kinds) > 1 or bool(re.search(joint, written) or _NAMED.search(written))


def _kind(char: str) -> str:
    if char.isdigit():
        return "digit"
    return "greek" if _is_greek(char) else "letter"


def _is_greek(atom: str) -> bool:
    return all("α" <= char <= "ω" for char in fold(atom))


def segmentations(written: str) -> list[tuple[str, ...]]:
    """A name's spellings as stems, joined and split: "FLT3-ITD", "FLT3 ITD", "FLT3ITD".

    Too long a name has none.
    """
    atoms = _ATOM.findall(_with_greek(written))
    if not 2 <= len(atoms) <= _MOST_ATOMS:
        return []
    choices = [_spelt(atom) for atom in atoms]
    found: dict[tuple[str, ...], None] = {}
    for chosen in product(*choices):
        for cuts in product((False, True), repeat=len(atoms) - 1):
            parts = [chosen[0]]
            for cut, atom in zip(cuts, chosen[1:], strict=True):
                if cut:
                    parts.append(atom)
                else:
                    parts[-1] += atom
            found[tuple(stem(fold(part)) for part in parts)] = None
    return list(found)


def _with_greek(written: str) -> str:
    """Greek capitals and the micro sign in small Greek letters; a Latin stand-in set apart."""
    text = "".join(fold(char) if _kind(char) == "greek" else char for char in written)
    text = _NAMED.sub(r"-\1", text)
    return re.sub(r"(?<=[A-Z0-9])(?<=[A-Z]{2}|[A-Z]\d)([abgdk])(?=[A-Z]|$)", r"-\1", text)


def _spelt(atom: str) -> tuple[str, ...]:
    """An atom, and what else is written for a Greek letter ("NFkB", "TNFa")."""
    name = stem(fold(atom))
    if name in _NAME_OF_LATIN:
        return (name, _NAME_OF_LATIN[name])
    if atom in _LATIN:
        return (atom, _LATIN[atom])
    return (name if _is_greek(atom) else atom,)
