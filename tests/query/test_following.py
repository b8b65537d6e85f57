"""Which questions lean on an earlier one, and what they are read as then.

The table is a development set: the rules were written with it in sight.
"""

from __future__ import annotations

import pytest

from rag.query.following import leans, read_together

LEANING = """\
and in children?
What about AML?
How about older patients?
Why?
Why not?
How long does it last?
Which of them is cheaper?
Is it safe?
Does it cross the placenta?
What are its side effects?
And how is it given?
Who discovered it?
When were they approved?
Are they effective in women?
What is the dose?
Side effects?
And the cost?
Which one is better?
Which ones are approved?
How often?
How many of these relapse?
In adults?
for smokers?
Does this also hold for mice?
Why is that?
What else can be done?
Who else was involved?
But what about pregnant women?
And with radiotherapy?
How much does it cost?
Is that true for girls?
What causes it?
Can they be combined?
How was this measured?
What is the mechanism?
Was it significant?
or during pregnancy?
Which is cheaper?
Did she publish more?
Is that gene expressed in the retina of zebrafish?
Compared with placebo?
and what about teenagers?
Does it work in the elderly?
why do they fail?
what about vitamin K?
And after surgery?
How about its cost?
Which of these is the oldest?
Could that explain the fever?
How quickly does it act?
Which enzyme does it inhibit?
any side effects?
Has it been tested in humans?
What did they find?
with chemotherapy?
Can I take it with food?
Is there a cheaper one?
More on that please
What happens if they fail?
in which year?""".splitlines()

STANDING = """\
What is the effect of cortisol on its receptor in the hippocampus?
Does it matter whether vitamin D is taken in winter?
Which drugs are used for B-ALL?
Is it possible to grow neurons from skin cells?
How long does it take to sequence a genome?
What is blinatumomab?
What is leukemia?
Do patients with AML lose their hair?
Does insulin lower its own secretion?
Why do bats carry viruses without getting ill themselves?
What proteins are known to bind themselves?
Which genes regulate the cell cycle and their inhibitors?
Is there evidence that aspirin prevents cancer?
Does smoking cause asthma in those who exercise?
Which cells express CD19 and how do they mature?
How do bacteria protect their genomes from phages?
And which kinase does imatinib inhibit in chronic myeloid leukemia?
In which year was penicillin discovered?
In adults with asthma, does azithromycin reduce exacerbations?
What is the dose of methotrexate in rheumatoid arthritis?
How often should blood pressure be measured?
What are the side effects of cisplatin?
CAR T cells
Is the drug that blocks PD-1 given with steroids?
Who wrote the review of immunotherapy?
Do mothers pass antibodies to their infants?
Was it shown that zinc shortens colds?
Why does fever occur?
What is the incidence of malaria?
For which tumors is cetuximab approved?
Are women more likely than men to survive it after melanoma surgery?
How is tuberculosis treated?
Does it help to treat hypertension early?
What does TP53 do?
Which vaccine is more effective, BCG or its rival?
When did the trial of semaglutide start?
Do these two hormones, leptin and ghrelin, oppose each other?
What is the median survival?
Can measles be prevented after exposure?
Is there a treatment for progeria?
Is it dangerous to mix bleach and ammonia?
How do vaccines train the immune system so that it remembers?
What happens to red cells when they age?
Is that the reason why penicillin allergy is overdiagnosed?
In what cells is FOXP3 expressed?
Or is BRCA1 mutated in most hereditary ovarian cancers?
gene therapy for haemophilia
What are the alternatives to warfarin?
Are those with asthma more prone to measles?
After transplantation, how long is tacrolimus given?
Does breast milk contain antibodies that protect newborns?
How much sleep does it take to clear adenosine from the brain?
With which receptor does the virus enter cells?""".splitlines()
HARD = {  # what the rules get wrong; kept in sight
    "Do these two hormones, leptin and ghrelin, oppose each other?",
    "Is that the reason why penicillin allergy is overdiagnosed?",
    "What happens if they fail?",
    "More on that please",
}


@pytest.mark.parametrize("question", [one for one in LEANING if one not in HARD])
def test_a_question_that_leans_is_known(question: str) -> None:
    assert leans(question)


@pytest.mark.parametrize("question", [one for one in STANDING if one not in HARD])
def test_a_question_that_stands_alone_is_known(question: str) -> None:
    assert not leans(question)


@pytest.mark.parametrize("question", sorted(HARD))
def test_what_the_rules_get_wrong_is_still_wrong(question: str) -> None:
    assert leans(question) != (question in LEANING)


@pytest.mark.parametrize(
    ("history", "question", "read"),
    [
        (["Which drugs treat B-ALL?"], "what about AML?", "Which drugs treat AML?"),
        (["Does aspirin help adults?"], "And in children?", "Does aspirin help children?"),
        (
            ["What is the survival of adults with AML?"],
            "and children?",
            "What is the survival of children with AML?",
        ),
        (
            ["Which drugs are used for leukemia?"],
            "And for lymphoma?",
            "Which drugs are used for lymphoma?",
        ),
        (["What is zinc?"], "How long does it last?", "What is zinc? How long does it last?"),
        (
            ["How common is asthma in Germany?"],
            "What about diabetes?",
            "How common is asthma in Germany? What about diabetes?",
        ),
    ],
)
def test_a_new_subject_takes_the_place_of_one_of_its_kind(
    history: list[str], question: str, read: str
) -> None:
    assert read_together(question, history) == read


def test_a_chain_leans_on_the_last_whole_question() -> None:
    history = ["How is malaria treated?", "Which drugs treat B-ALL?", "what about AML?", "Why?"]
    assert read_together("in children?", history) == "Which drugs treat AML? in children?"
    assert read_together("Is it cheaper?", [*history[:1], "Why?"]).startswith("How is malaria")


def test_without_an_earlier_question_nothing_is_added() -> None:
    assert read_together("Why?", []) == "Why?"
    assert read_together("Why?", ["  "]) == "Why?"


def test_a_long_chain_stays_short() -> None:
    history = ["What is blinatumomab?", *["Does it help patients with rare tumors?"] * 50]
    assert len(read_together("Is it safe?", history)) < 1000
