"""Messages, each with what it is."""

from __future__ import annotations

GREETINGS = """\
hi
Hello!
hey there
Good morning
good afternoon, everyone
Hello, how are you?
Hi! How are you doing today?
bonjour
Guten Tag
hola
what's up?
Hello :)
Howdy
Hi Citewell
"""

THANKS = """\
thanks
Thank you very much!
thanks a lot for your help
ok, thanks
Great, thank you!
perfect
That helps
bye
Thanks, goodbye!
got it
cheers
Thank you so much for your help!
OK
thanks 👍
"""

CAPABILITIES = """\
help
Help me please
What can you do?
what can you do for me?
So what can you do
Who are you?
what are you?
Are you an AI?
are you ChatGPT?
How do you work?
how do I use this app?
What can I ask?
What questions can I ask you?
which kinds of questions can you answer?
How can you help me?
What is Citewell?
Introduce yourself
Tell me about yourself
What are your limitations?
hello, what can you do?
What is this tool for?
how do I get started?
"""

LISTINGS = """\
What documents do you have?
which papers do you have access to?
How many papers do you have?
how many documents are there?
How many articles are in the corpus?
list your sources
List all documents
show me the papers
Please list the documents you have.
What is in the index?
What's in your library?
what have you read?
What topics do you cover?
Which files are indexed?
Hi, what documents do you have?
give me a list of all papers
what do you know?
show me all the documents in the corpus
What studies do you have?
Where do your answers come from?
"""

SUMMARIES = {
    "summarise the kettle paper": "the kettle paper",
    "Summarize the Berg review, please.": "the Berg review",
    "Can you summarise the article on tea at night?": "the article on tea at night",
    "Could you please sum up the 2003 report": "the 2003 report",
    "summarize it": "",
    "Summarise": "",
    "summarise this paper for me": "",
    "Please summarise the document in three sentences": "",
    "tl;dr the kettle paper": "the kettle paper",
    "TL;DR: kettles and their noise": "kettles and their noise",
    "Give me an overview of the kettle review": "the kettle review",
    "give me a short summary of Berg 2003": "Berg 2003",
    "Key points of the kettle paper": "the kettle paper",
    "What are the key points of the kettle paper?": "the kettle paper",
    "What is the main message of this article?": "",
    "show me the highlights of kettles.txt": "kettles.txt",
    "I'd like a summary of the tea study": "the tea study",
    "Hello! Summarise “Kettles and their noise”. Thanks!": "Kettles and their noise",
    "What is this document about?": "",
    "the gist of the tea paper": "the tea paper",
    "a summary of the tea paper": "the tea paper",
    "Give us the main takeaways from the tea report": "the tea report",
    "the kettle paper - tldr": "the kettle paper",
    "recap it briefly": "",
}

SEVERAL = {
    "What is ALL and how is it treated?": ("What is ALL?", "how is it treated?"),
    "What is MRD? And how is it measured?": ("What is MRD?", "And how is it measured?"),
    "What is ALL? How is it treated? Who treats it?": (
        "What is ALL?",
        "How is it treated?",
        "Who treats it?",
    ),
    "1. What is MRD?\n2. How is it measured?": ("What is MRD?", "How is it measured?"),
    "1) What is MRD? 2) How is it measured?": ("What is MRD?", "How is it measured?"),
    "- dose of nelarabine\n- side effects of nelarabine": (
        "dose of nelarabine",
        "side effects of nelarabine",
    ),
    "what is MRD\nhow is it measured": ("what is MRD", "how is it measured"),
    "Please answer these questions:\n1. What is MRD?\n2. Who measures it?": (
        "What is MRD?",
        "Who measures it?",
    ),
    "I treat children. What targets CD19? Which trials are open?": (
        "I treat children. What targets CD19?",
        "Which trials are open?",
    ),
    "Hello! What targets CD19? Does it work in adults? Thanks!": (
        "What targets CD19?",
        "Does it work in adults?",
    ),
    "What documents do you have? What is MRD?": ("What documents do you have?", "What is MRD?"),
    "Does it cure leukaemia? Which one? What does it cost per year?": (
        "Does it cure leukaemia? Which one?",
        "What does it cost per year?",
    ),
    "What targets CD19?\nDoes it work in adults?": (
        "What targets CD19?",
        "Does it work in adults?",
    ),
}

FOREIGN = {
    "Was ist Leukämie?": "German",
    "Welche Nebenwirkungen hat das Medikament?": "German",
    "wie lange dauert die Behandlung": "German",
    "Quels sont les effets secondaires du traitement ?": "French",
    "traitement de la leucémie chez l’enfant": "French",
    "¿Cuál es el pronóstico?": "Spanish",
    "como se trata la leucemia": "Spanish",
    "Quali sono le cause della leucemia?": "Italian",
    "Quais são os sintomas?": "Portuguese",
    "Hoe wordt leukemie behandeld?": "Dutch",
    "Jakie są objawy białaczki?": "Polish",
    "Jak se léčí relaps ALL?": "Czech",
    "Kdo napsal ten článek?": "Czech",
    "Vilka är biverkningarna?": "Swedish",
    "Mitkä ovat leukemian oireet?": "Finnish",
    "lösemi tedavisi nasıl yapılır": "Turkish",
    "Какие побочные эффекты у блинатумомаба?": "Russian",
    "Що таке лейкемія?": "Ukrainian",
    "白血病的治疗方法有哪些？": "Chinese",
    "白血病の治療法は何ですか？": "Japanese",
    "백혈병의 치료법은?": "Korean",
    "ما هو علاج سرطان الدم؟": "Arabic",
    "Ποια είναι τα συμπτώματα;": "Greek",
    "Co je to leukemie?": "",
}

# Questions, key words and titles: nothing but to be asked.
QUESTIONS = """\
How can you treat relapsed leukaemia?
What can you do against relapse?
What can you do for patients with relapsed ALL?
What can you do about side effects?
What documents are needed for a trial?
Which papers report survival above 80%?
How many papers did the review include?
How many documents were screened?
How many studies were included?
What sources of bias are there?
Which studies are there on CAR-T cells in adults?
What sources did the authors search?
List the sources of folate in the diet.
List the side effects of blinatumomab
List the papers that cite Berg 2003
Name the files needed for registration.
Show me the dose of nelarabine
Help cells: what do they do?
Help-seeking in adolescents with depression
help lines for patients
Helper T cells
How do helper T cells help?
Who are you likely to refer?
Who are the authors?
Who made the first CAR-T cell?
What are you supposed to do when cytokine storm starts?
What do you do when a patient relapses?
Are you more likely to relapse after age 50?
Are robots used in surgery?
How does it work?
How do they work?
What is it used for?
What do you know about CD19?
What do you know about minimal residual disease?
What is in the vaccine?
What is this drug for?
What's up-regulated in relapsed blasts?
What is the corpus luteum?
What is the index case?
Which topics does the guideline cover?
How big is the corpus callosum?
Can you help patients stop smoking with text messages?
Can you treat it with ponatinib?
Hi-C maps of leukaemic cells
HI titres after influenza vaccination
Hello Kitty plasters in paediatric wards
Hey1 expression in the heart
Good morning cortisol levels
good day surgery outcomes
hello, what targets B-ALL?
Hi what is MRD?
Good morning! What is the dose of nelarabine? Thank you.
Hello, how are you? What targets B-ALL?
OK, what about children?
Thanks. And in adults?
Great saphenous vein ablation
Nice guidelines on hypertension
NICE guideline for asthma
Cheers and jeers of peer review
Thank-you letters and response rates
What does OK-432 do?
Excellent response rate to imatinib
Goodbye syndrome in dementia
Is summarising a skill that nurses learn?
Who summarised the evidence on ponatinib?
Which overview covers lncRNAs?
What are the main findings of the trial?
What are the key points of attack in the immune synapse?
What are the main points of failure in insulin pumps?
Overview of leukaemia treatment
Summary statistics of the cohort
A summary of adverse effects of nelarabine in children
An overview of kinase inhibitors in leukaemia
Where can I find the summary of product characteristics?
GWAS summary statistics accession
What is the paper by Berg about kettles based on?
What is this about hypertension in pregnancy that doctors fear?
What are the causes and treatments of ALL?
Where and when did the workshop take place?
Which drug was best, and why?
What targets B-ALL? Is it CD19?
Has the paper been taken by a journal? Which?
What is the dose in mg/m2 b.i.d. for children of 1.5 yr. or less?
What did Berg et al. find? I mean in 2003.
Who wrote “Kettles? A review. What do we know?”?
What is the role of E. coli O157:H7 in haemolytic uraemic syndrome?
Did Dr. Berg et al. (2003) report U.S. data?
What is the role of
blinatumomab in relapsed ALL?
In what year did Does Tea Help? come out?
I have two children. Does blinatumomab harm them?
1. What is MRD?
CD19 CAR-T relapse
FLT3-ITD
blinatumomab inotuzumab ozogamicin
BRCA1 TP53 KMT2A
Escherichia coli O157:H7
Plasmodium falciparum
Staphylococcus aureus bacteraemia
Clostridioides difficile colitis
Sjögren syndrome treatment
Guillain–Barré syndrome
café au lait spots
Ménière disease vertigo therapy
in vitro versus in vivo
de novo AML
TGF-β signalling
α-synuclein
What does Wnt/β-catenin do?
Hrabovský Folber Doubek
What did Hrabovský and Müller write?
Who translated Die Kinder und ihre Kessel?
What does 白血病 mean?
diabetes mellitus type 2
median overall survival
minimal residual disease
Therapy of Relapsed Acute Lymphoblastic Leukemia
Is tocilizumab safe?
dose
why?
and in children?
What about adults?
Define remission.
Explain what MRD means and how it is measured.
Compare blinatumomab and inotuzumab.
blinatumomab vs chemotherapy, overall survival
p53
???
"""


def lines(block: str) -> list[str]:
    """The messages of a block, one a line."""
    return block.splitlines()


def questions() -> list[str]:
    """The plain questions; the one that was broken into two lines is one message."""
    broken = "What is the role of\nblinatumomab in relapsed ALL?"
    return [broken, *QUESTIONS.replace(broken + "\n", "").splitlines()]
