"""Does this evidence carry this sentence: supported, partly, not, contradicted.

What a sentence names must stand in the evidence, and say the same there: a rule each for
numbers, names, negation, comparison and strength (`differences`). What no rule can tell, the
trained reader's stance decides, weighed with how many of the words are covered (`scoring`).
"""

from rag.support.checking import Checker, Verdict

__all__ = ["Checker", "Verdict"]
