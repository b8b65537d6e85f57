"""Words that turn a sentence: negation, doubt, share, and the two ends of comparisons.

General English; none of them names a thing.
"""

from __future__ import annotations

from functools import cache

from rag.terms import folded_stem

_CUES = {
    "not": "no not never none nor neither without lack lacks lacked lacking absence absent unable "
    "fail fails failed failing nothing nobody hardly scarcely non devoid",
    "may": "may might could can possible possibly potential potentially perhaps probably probable "
    "likely appear appears appeared seem seems seemed suggest suggests suggested suggesting "
    "suggestive presumably putative hypothesize hypothesized speculate speculated tend tends",
    "some": "some few several certain subset sometimes occasionally rarely seldom partial partly "
    "partially minority",
    "most": "most mostly majority usually generally often frequently commonly typically mainly "
    "predominantly primarily largely chiefly",
    "all": "all every each always entire entirely whole wholly completely invariably",
    "only": "only solely exclusively reserved restricted limited confined alone just",
}
CUES = tuple(_CUES)
_POLES = {
    "amount": (
        "increase increasing raise rise rose risen rising high higher highest great greater "
        "greatest more large larger largest elevated elevate elevation grow grew growth gain "
        "gained enhance enhanced upregulate upregulated exceed longer long longest prolong "
        "prolonged extend heavier stronger strong double faster accelerate accelerated "
        "older oldest maximum improve improved expand expanded rapid",
        "decrease decreasing reduce reduction reduced low lower lowest less least fewer few fewest "
        "small smaller smallest decline declined drop dropped fall fell fallen falling diminish "
        "diminished downregulate downregulated shorter short shortest shorten lose loss lost weak "
        "weaker slower slow slowed younger youngest minimum shrink little reduces cut lessen "
        "lowering attenuate attenuated",
    ),
    "quality": (
        "better best superior improve improved improvement benefit beneficial good favorable "
        "favourable safe safer advantage success successful",
        "worse worst inferior worsen worsened deteriorate deterioration harm harmful poor poorer "
        "bad unfavorable unfavourable adverse detrimental ineffective unsafe dismal "
        "disadvantage unsuccessful unsatisfactory",
    ),
    "order": (
        "before prior precede preceded preceding earlier early earliest previously beforehand",
        "after following follow followed subsequent subsequently later late latest afterwards",
    ),
    "level": ("above", "below beneath"),
    "sign": ("positive positively", "negative negatively"),
    "effect": (
        "promote stimulate activate activation induce induction induced trigger agonist",
        "inhibit inhibition inhibitor suppress suppression block blockade prevent prevention "
        "impair hinder hamper antagonist abolish eliminate",
    ),
    "age": ("adult adults", "child children pediatric childhood infant neonate"),
    "sex": ("male males men man boys", "female females women woman girls"),
    "proneness": (
        "sensitive sensitivity susceptible responsive",
        "resistant resistance refractory",
    ),
    "kind": ("acute", "chronic"),
    "severity": ("severe major serious high-grade", "mild minor trivial"),
    "ending": (
        "begin start initiate initiation",
        "end stop discontinue discontinuation cease terminate termination halt",
    ),
    "sureness": ("clear certain known established", "unclear uncertain unknown"),
    "rarity": ("common frequent frequently often usual", "rare rarely uncommon infrequent seldom"),
    "ease": ("easy easier simple", "difficult hard challenging complicated"),
    "place": ("inside within internal", "outside external"),
    "likeness": ("same similar identical equal comparable", "different differ difference unlike"),
}  # fmt: skip
# Words of which one excludes the others.
RIVALS = tuple(
    frozenset(words.split())
    for words in (
        "half third quarter",
        "once twice thrice",
        "hourly daily weekly monthly yearly annually",
        "first second third fourth last",
        "monday tuesday wednesday thursday friday saturday sunday",
        "oral intravenous subcutaneous intramuscular topical inhaled",
        "north south east west",
        "left right",
        "spring summer autumn winter",
    )
)
# Words by which a sentence says something without saying that it is so.
FRAMES = frozenset(
    "whether if unless myth misconception false falsely untrue wrong wrongly incorrect incorrectly "
    "mistaken claim claims claimed allege alleged assert asserted refute refuted refutes reject "
    "rejected disproved debunked retracted withdrawn hypothesis hypothesized hypothesised suppose "
    "supposed assume assumed assuming pretend must should state say write answer reply rule "
    "question asked only".split()
)
# What stands between a cue and the word that it is about.
_LIGHT = (
    "a an the this that these those any of to in on at by for from with as is are was were be been "
    "being am has have had having do does did will would shall should it its their his her there "
    "here they we our such so very yet still also even than and or well too quite rather only just "
    "both which who whose what when where how not no more most less least may might can could all "
    "some each every other one ever actually currently because about within during between "
    "through either reach reaches among under over per via upon onto toward towards near along"
)
NEGATIVE_PREFIXES = ("un", "non", "ir", "im", "dis", "in")
_LEAST_AFTER = {"in": 6}  # letters after a prefix that begins many another word
PLUS_AXES = ("amount", "quality", "effect")  # "raised" may be said of what "improved"


@cache
def cue_of(word: str) -> str:
    """The kind of cue (see CUES) that a word in small letters is, or "".

    By the word, not its stem: "several" is of one stem with "severe", "likely" with "like".
    """
    return _cue_words().get(word, "")


@cache
def _cue_words() -> dict[str, str]:
    return {word: kind for kind, words in _CUES.items() for word in words.split()}


@cache
def poles_of(stem: str) -> frozenset[tuple[str, int]]:
    """The axes at an end of which a stem stands, each with 1 or -1."""
    return _pole_stems().get(stem, frozenset())


@cache
def _pole_stems() -> dict[str, frozenset[tuple[str, int]]]:
    found: dict[str, set[tuple[str, int]]] = {}
    for axis, ends in _POLES.items():
        for side, words in zip((1, -1), ends, strict=True):
            for word in words.split():
                found.setdefault(folded_stem(word), set()).add((axis, side))
    return {stem: frozenset(poles) for stem, poles in found.items()}


@cache
def is_light(stem: str) -> bool:
    """Whether a stem is of a word that says nothing by itself."""
    return stem in _light_stems()


@cache
def _light_stems() -> frozenset[str]:
    return frozenset(folded_stem(word) for word in _LIGHT.split())


def negated_forms(stem: str) -> list[str]:
    """What a stem would be with each negative prefix: "unclear"; none for a short one."""
    return [
        prefix + stem for prefix in NEGATIVE_PREFIXES if len(stem) >= _LEAST_AFTER.get(prefix, 4)
    ]
