"""People who do not exist."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")

ONSETS = (
    "B Bl Br Ch Cl Cr D Dr F Fr G Gr H J K Kr L M N P Pr R S Sch Sk St T Th Tr V W Z Zh".split()
)
_MIDDLES = "a e i o u ar el en er in on or an al ie ei au ö ü á å oz um ilo ane".split()
_ENDINGS = (
    "lert mann sen ski dez ova meir berg ton son ini gard via ngar wa moto ić ska ndel lli dze yan"
    " quist bauer oğlu escu aki ndo ram put kov dahl mans eira elli"
).split()
_SHORT = "Qua Zhai Xeo Hwo Tsu Ngo Kye Vuo Ruo Jeu Suo Nhi Oei Yeu Dho Pae Bui Luk".split()
_PARTICLES = ("van der ", "de ", "von ", "Al-", "dos ", "O'", "Di ", "Le ")
_GIVEN = (
    "Anna Wei Maria John Priya Hiroshi Elena Ahmed Sofia Luca Jan Petra Omar Mei David Ines Karl"
    " Ruth Tomas Aiko Nils Clara Yusuf Eva Paul Greta Ivan Leila Marc Nora Oscar Pia Quentin Rosa"
    " Samir Tara Ulf Vera Xavier Yara Zoe Abel Bruno Chidi Dora Emil Farah Goran Hana Jean-Luc"
    " Mei-Hua Ana-Maria Soo-Jin"
).split()
_INITIALS = ("",) * 18 + tuple("ABCDEFGHJKLMPRST")  # of a middle name, or none


@dataclass(frozen=True, slots=True)
class Person:
    """Family name, given name, and the initial of a middle one or ""."""

    family: str
    given: str
    middle: str

    def written(self, form: str) -> str:
        """As one of "Smith JA", "J. A. Smith", "Smith, J. A.", "Smith, John A.", "John A. Smith".

        The forms are listed, spaced (the second without stops), stopped, inverted, filed, full.
        """
        first = [part[0] for part in self.given.split("-")] + [self.middle] * bool(self.middle)
        dotted = " ".join(f"{initial}." for initial in first)
        middle = f" {self.middle}" if self.middle else ""
        match form:
            case "listed":
                return f"{self.family} {''.join(first)}"
            case "spaced":
                return f"{' '.join(first)} {self.family}"
            case "stopped":
                return f"{dotted} {self.family}"
            case "inverted":
                return f"{self.family}, {dotted}"
            case "filed":
                return f"{self.family}, {self.given}{middle}{'.' * bool(middle)}"
            case _:
                return f"{self.given}{middle} {self.family}"


def draw_people(
    rng: random.Random, count: int, besides: Sequence[Person] = ()
) -> tuple[Person, ...]:
    """People of different family names."""
    found = {one.family: one for one in besides}
    while len(found) < count + len(besides):
        family = _draw_family(rng)
        if family not in found:
            found[family] = Person(family, pick(rng, _GIVEN), pick(rng, _INITIALS))
    return tuple(found.values())[len(besides) :]


def _draw_family(rng: random.Random) -> str:
    chance = rng.random()
    if chance < 0.12:
        return pick(rng, _SHORT)
    name = pick(rng, ONSETS) + pick(rng, _MIDDLES) + pick(rng, _ENDINGS)
    if chance < 0.18:
        return pick(rng, _PARTICLES) + name
    return f"{name}-{_draw_family(rng)}" if chance > 0.96 else name


def pick(rng: random.Random, some: Sequence[_T]) -> _T:
    """One of them; faster than `choice`, which takes half of the time otherwise."""
    return some[int(rng.random() * len(some))]


def between(rng: random.Random, least: int, most: int) -> int:
    """A number from `least` to `most`; faster than `randint`."""
    return least + int(rng.random() * (most + 1 - least))
