"""Papers that do not exist: invented people, journals and facts under real titles.

Nothing of a paper but its title is taken from life, so that nothing can be known by heart: what
is asked of it must be read.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from training.reader.records.people import ONSETS, Person, between, draw_people, pick
from training.reader.records.titles import content_words

_VOWELS = "a e i o u al an ar el en er ie il in on or um ur".split()
# Names of fields, whole and as journals shorten them.
_FIELDS = (
    "Nephrology=Nephrol|Cardiology=Cardiol|Neurology=Neurol|Virology=Virol|Urology=Urol"
    "|Dermatology=Dermatol|Rheumatology=Rheumatol|Endocrinology=Endocrinol|Genetics=Genet"
    "|Microbiology=Microbiol|Pharmacology=Pharmacol|Physiology=Physiol|Surgery=Surg"
    "|Toxicology=Toxicol|Epidemiology=Epidemiol|Psychiatry=Psychiatry|Radiology=Radiol"
    "|Parasitology=Parasitol|Gastroenterology=Gastroenterol|Anatomy=Anat|Metabolism=Metab"
    "|Tissue Repair=Tissue Repair|Vascular Biology=Vasc Biol|Protein Chemistry=Protein Chem"
    "|Cell Mechanics=Cell Mech|Sleep Medicine=Sleep Med|Tropical Medicine=Trop Med"
    "|Rural Health=Rural Health|Bone Research=Bone Res|Lung Disease=Lung Dis"
    "|Allergy=Allergy|Nutrition=Nutr|Biophysics=Biophys|Neural Systems=Neural Syst"
).split("|")
_JOURNALS = (
    "Journal of {}=J {}|Journal of Clinical {}=J Clin {}|European Journal of {}=Eur J {}"
    "|Annals of {}=Ann {}|International Journal of {}=Int J {}|Archives of {}=Arch {}"
    "|{} Letters={} Lett|{} Reports={} Rep|Advances in {}=Adv {}|Nordic Journal of {}=Nord J {}"
    "|Current {}=Curr {}|Experimental {}=Exp {}|Progress in {}=Prog {}|Molecular {}=Mol {}"
    "|Pacific Journal of {}=Pac J {}|{} and Therapy={} Ther|Proceedings in {}=Proc {}"
    "|Iberian Journal of {}=Iber J {}|{} International={} Int|Bulletin of {}=Bull {}"
    "|Comparative {}=Comp {}|Open {}=Open {}|Seminars in {}=Semin {}|Pediatric {}=Pediatr {}"
).split("|")
_COUNTRIES = "Norway Japan Brazil Canada Poland Kenya India Italy Chile Turkey Spain Korea".split()
_TOWNS = "ville burg stad haven wick ford minster polis field bridge".split()
_FUNDERS = (
    "{} Research Council|National Fund for {} Research|{} Foundation|Ministry of Health of {}"
    "|{} Heart and Lung Trust|Academy of {}|{} Science Agency|{} Medical Association"
).split("|")
_INTERESTS = (
    "The authors declare no conflict of interest.|None declared.|The authors have no competing"
    " interests to disclose.|{} has received lecture fees from {} Pharma.|{} is an employee of {}"
    " Biotech; the other authors declare no competing interests."
).split("|")
KINDS = (
    "Review|Case Reports|Randomized Controlled Trial|Meta-Analysis|Letter|Editorial|Comment"
    "|Observational Study|Comparative Study|Clinical Trial, Phase II|Systematic Review"
).split("|")
_KIND_WORDS = {"review": "Review", "case": "Case Reports", "trial": KINDS[2], "meta": KINDS[3]}


@dataclass(frozen=True, slots=True)
class Paper:
    """A made-up record. `journal` is its name in full and shortened, `pages` the first and last
    (or ""); `works_at` numbers each person's place.
    """

    title: str
    people: tuple[Person, ...]
    journal: tuple[str, str]
    published: date
    volume: int
    issue: int
    pages: tuple[str, str]
    doi: str
    pmid: int
    kind: str
    places: tuple[str, ...]
    works_at: tuple[int, ...]
    email: str
    received: date
    accepted: date
    funder: str
    grant: str
    keywords: tuple[str, ...]
    interests: str

    @property
    def families(self) -> tuple[str, ...]:
        """The family names, in order."""
        return tuple(one.family for one in self.people)


def draw_paper(
    title: str,
    rng: random.Random,
    people: Sequence[Person] = (),
    published: date | None = None,
    *,
    whole: bool = True,
) -> Paper:
    """A paper of that title; of those people and others, and of that date, where given.

    Without `whole`, it has none of what only headers show.
    """
    size = max(len(people), rng.choices(range(1, 10), (4, 10, 14, 16, 14, 12, 8, 6, 4))[0])
    people = (*people, *draw_people(rng, size - len(people), people))
    published = published or date(
        between(rng, 1975, 2025), between(rng, 1, 12), between(rng, 1, 28)
    )
    accepted = published - timedelta(days=between(rng, 10, 150))
    places = tuple(_draw_place(rng) for _ in range(between(rng, 1, min(3, size)) if whole else 0))
    others = (between(rng, 0, len(places or [1]) - 1) for _ in people[len(places) :])
    return Paper(
        title=title,
        people=people,
        journal=draw_journal(rng),
        published=published,
        volume=between(rng, 1, 200),
        issue=between(rng, 1, 24),
        pages=_draw_pages(rng),
        doi=_draw_doi(rng),
        pmid=between(rng, 1_000_000, 41_000_000),
        kind=next((k for w, k in _KIND_WORDS.items() if w in title.lower()), pick(rng, KINDS)),
        places=places,
        works_at=(*range(len(places)), *others),
        email=_draw_email(people[0], rng) if whole else "",
        received=accepted - timedelta(days=between(rng, 20, 300)),
        accepted=accepted,
        funder=pick(rng, _FUNDERS).format(_draw_town(rng)) if whole else "",
        grant=_draw_grant(rng) if whole else "",
        keywords=_draw_keywords(title, rng) if whole else (),
        interests=_draw_interests(people[0], rng) if whole else "",
    )


def draw_journal(rng: random.Random) -> tuple[str, str]:
    """A journal's name in full and shortened."""
    (field, shortened), (name, short) = (pick(rng, x).split("=") for x in (_FIELDS, _JOURNALS))
    return name.format(field), short.format(shortened)


def _draw_email(person: Person, rng: random.Random) -> str:
    return f"{re.sub('[^a-z]', '', person.family.lower())}@{_draw_town(rng).lower()}.example"


def _draw_interests(person: Person, rng: random.Random) -> str:
    return pick(rng, _INTERESTS).format(person.written("full"), _draw_town(rng))


def _draw_town(rng: random.Random) -> str:
    return pick(rng, ONSETS) + pick(rng, _VOWELS) + pick(rng, _TOWNS)


def _draw_place(rng: random.Random) -> str:
    town, field = _draw_town(rng), pick(rng, _FIELDS).split("=")[0]
    where = pick(
        rng, ("University of {0}", "{0} University Hospital", "{0} Institute", "{0} Clinic")
    )
    part = pick(rng, ("Department of", "Division of", "Laboratory of", "Centre for"))
    return f"{part} {field}, {where.format(town)}, {town}, {pick(rng, _COUNTRIES)}"


def _draw_pages(rng: random.Random) -> tuple[str, str]:
    first = between(rng, 1, 1900)
    if rng.random() < 0.1:
        return pick(rng, (f"e{first + 10_000}", f"{first + 100_000}", f"R{first}")), ""
    return str(first), str(first + between(rng, 1, 30))


def _draw_doi(rng: random.Random) -> str:
    letters = "".join(rng.choices("abcdefghjklmnprstuvw", k=between(rng, 2, 5)))
    number, other = between(rng, 100, 999_999), between(rng, 10, 999)
    end = pick(rng, (f"{letters}{number}", f"{letters}.{number}", f"s{other}-{number}-{letters}-1"))
    return f"10.{between(rng, 1000, 9999)}/{end}"


def _draw_grant(rng: random.Random) -> str:
    letters, number = "".join(rng.choices("ABCDEFGKLMRT", k=2)), between(rng, 1000, 99_999)
    return pick(
        rng, (f"R0{number % 9} {letters}0{number}", f"{letters}-{number}", f"{letters}/{number}/7")
    )


def _draw_keywords(title: str, rng: random.Random) -> tuple[str, ...]:
    own = list(dict.fromkeys(content_words(title)))
    field = pick(rng, _FIELDS).split("=")[0].lower()
    return (*rng.sample(own, min(len(own), between(rng, 2, 4))), field)
