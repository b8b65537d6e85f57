"""Small talk: greetings, thanks, and what is asked of the assistant itself.

Each pattern must match the whole of a message, so that a question that merely begins like one
("What can you do against relapse?") stays a question.
"""

from __future__ import annotations

import re

_GREETING = (
    r"(?:hi|hiya|hello|hey|heya|howdy|greetings|good (?:morning|afternoon|evening|day)|bonjour"
    r"|salut|hola|buenos d[ií]as|hallo|guten (?:tag|morgen|abend)|ciao|buongiorno|ol[áa]|ahoj"
    r"|dobr[ýy] den|cze[śs][ćc]|hej|namaste)"
)
_COMPANY = r"(?:there|all|everyone|everybody|again|you|team|folks|friend|assistant|bot|citewell)"
_PLEASANTRY = (
    r"(?:how are you(?: doing)?(?: today)?|how(?:['’]s| is) it going|what['’]?s up"
    r"|nice to meet you|i hope you are well)"
)
_OPENING = (
    rf"(?:{_GREETING}(?:,? {_COMPANY}){{0,2}}(?:[\s,!.:;–-]+{_PLEASANTRY}[?!.]*)?|{_PLEASANTRY})"
)
_THANKS = (
    r"(?:(?:many |very many )?thanks(?: a lot| a million| so much| very much| again| in advance)*"
    r"|(?:i )?thank you(?: so much| very much| again| in advance| kindly)*"
    r"|thx|cheers|much appreciated)"
    r"(?: for (?:your|the|all your) (?:help|answers?|time|quick answer|reply))?"
)
_ASSENT = (
    r"(?:ok|okay|great|perfect|cool|nice|awesome|excellent|wonderful|brilliant|super|good"
    r"|got it|i see|understood|fine|all right|alright|very good|that(?:['’]s| is) (?:all|great"
    r"|helpful|good|perfect)|that helps|that helped|well done|good (?:job|bot|work))"
)
_FAREWELL = (
    r"(?:bye|bye bye|goodbye|good night|see you(?: later| soon)?"
    r"|have a (?:nice|good|great) (?:day|one|evening|weekend))"
)
_SELF = r"(?:you|citewell|this\ (?:app|application|tool|program|bot|assistant|chat|chatbot|window))"
_CAPABILITIES = rf"""
    (?:/|\?)?help(?:\ me)?(?:\ please)?
    | (?:i\ need|i\ want|can\ i\ (?:get|have))\ (?:some\ )?help
    | (?:so\ )?what\ (?:can|could|do|does|will)\ {_SELF}\ (?:actually\ )?do(?:\ for\ me|\ here)?
    | what\ (?:are|is)\ {_SELF}(?:\ (?:able\ to\ do|capable\ of|good\ at|for|about))?
    | what\ are\ you\ good\ for
    | what\ (?:are|is)\ your\ (?:capabilit(?:y|ies)|skills?|features?|functions?|purpose|name
        |limitations?|limits)
    | who\ (?:are|made|built|created)\ you
    | who\ am\ i\ (?:talking|speaking|chatting)\ (?:to|with)
    | are\ you\ (?:an?\ )?(?:ai|bot|robot|human|person|real|chatbot|machine|language\ model|llm
        |chatgpt|gpt|real\ person)
    | how\ (?:do|does|can|could|should)\ {_SELF}\ (?:work|help(?:\ me)?)
    | how\ (?:do|can|should|would)\ i\ (?:use\ {_SELF}|ask\ (?:you\ )?(?:a\ question|questions)
        |get\ started|start|begin)
    | what\ (?:can|could|should|may|do)\ i\ (?:ask|ask\ you|do\ here|ask\ here|say)(?:\ about)?
    | (?:what|which)\ (?:kinds?\ of\ |sorts?\ of\ )?(?:questions|things)\ can\ (?:i\ ask(?:\ you)?
        |you\ answer|you\ do)
    | what\ can\ you\ (?:help|assist)(?:\ me)?(?:\ with)?
    | can\ you\ help(?:\ me)?
    | (?:please\ )?introduce\ yourself
    | tell\ me\ (?:about\ yourself|what\ you\ can\ do|how\ you\ work|who\ you\ are)
    | (?:show|tell)\ me\ how\ (?:this|it|you)\ works?
"""
_PAPERS = r"(?:documents?|docs?|papers?|files?|articles?|pdfs?|publications?|texts?)"
_SOURCES = rf"(?:{_PAPERS}|sources?|studies|abstracts?|literature|reviews?|reports?|books?)"
_HERE = (
    r"(?:(?:in|from)\ (?:here|(?:the|your|my|this|our)\ (?:corpus|index|library|collection|folder"
    r"|knowledge\ base|database|system|archive))|here|available|loaded|indexed|uploaded|on\ file)"
)
_LISTING = rf"""
    (?:what|which|how\ many)\ (?:of\ my\ )?(?:kinds?\ of\ )?{_SOURCES}\ (?:
        (?:do|did|can|have)\ (?:you|i|we)\ (?:have|got|hold|know|see|read|use|search|access|cover
            |contain|index|indexed|load|loaded|upload|uploaded|add|added|give\ you|given\ you)
            (?:\ access\ to|\ got)?(?:\ {_HERE})?
        | (?:are|is)\ (?:there\ )?{_HERE}
        | (?:does|do)\ {_SELF}\ (?:have|hold|know|contain|cover|use|search))
    | (?:what|which|how\ many)\ {_PAPERS}\ are\ there
    | (?:please\ )?(?:list|show|display|name|enumerate|give\ me|tell\ me|show\ me|let\ me\ see)
        (?:\ me)?(?:\ a\ list\ of)?(?:\ all)?(?:\ of)?(?:\ (?:the|your|my|our|available|indexed))*
        \ (?:{_PAPERS}|sources|library|corpus|titles)
        (?:\ (?:{_HERE}|(?:that\ )?(?:you|we|i)\ have(?:\ (?:got|read|indexed))?(?:\ {_HERE})?))?
    | (?:list|show)\ (?:me\ )?(?:everything|all)\ (?:that\ )?you\ have
    | what(?:['’]s|\ is)\ in\ (?:the|your|my|this|our)\ (?:corpus|index|library|collection|folder
        |knowledge\ base|database|archive)
    | what(?:['’]s|\ is)\ (?:the|your|my|this|our)\ (?:corpus|index|library|collection
        |knowledge\ base|archive)\ (?:about|made\ of)
    | what\ (?:have\ you\ (?:read|got|indexed)|do\ you\ (?:know|have|know\ about|cover))
    | (?:what|which)\ (?:topics|subjects|fields|areas)\ (?:do\ you\ (?:cover|know(?:\ about)?)
        |can\ i\ ask(?:\ you)?\ about|are\ covered)
    | how\ (?:big|large)\ is\ (?:the|your|my|this|our)\ (?:corpus|index|library|collection)
    | where\ (?:do|does|did)\ (?:you|your\ (?:answers?|knowledge|information))\ (?:come\ from
        |get\ (?:your|the)\ (?:answers?|knowledge|information)(?:\ from)?)
"""

GREETING = re.compile(_OPENING, re.IGNORECASE)
THANKS = re.compile(
    rf"(?:(?:{_THANKS}|{_ASSENT}|{_FAREWELL})(?: {_COMPANY})?[\s,!.:;–-]*)+", re.IGNORECASE
)
CAPABILITIES = re.compile(_CAPABILITIES, re.IGNORECASE | re.VERBOSE)
LISTING = re.compile(_LISTING, re.IGNORECASE | re.VERBOSE)

# A greeting before a question, with a mark of its end, or with a word that a question opens with.
_ASKS = (
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|will"
    r"|would|should|has|have|please|tell|list|name|give|show|explain|describe|summari[sz]e|i)"
)
_BEFORE = re.compile(
    rf"{_OPENING}(?:\s*[,!.:;–—]+\s+|\s*[?]\s+|\s*\n\s*|\s+(?={_ASKS}\b))", re.IGNORECASE
)
_AFTER = re.compile(
    rf"(?<=[?.!,\n])\s*(?:please|{_THANKS}|{_FAREWELL})"
    rf"(?:[\s,!.]+(?:{_THANKS}|{_FAREWELL}))*[\s!.]*\Z",
    re.IGNORECASE,
)
_SMILE = r"(?:[:;]-?[)(DP]|[\U0001F300-\U0001FAFF\u263A\u2764\uFE0F]+)"
_SMILES = re.compile(rf"\A(?:{_SMILE}\s*)+|(?:(?:\s|(?<=[!?.]))*{_SMILE})+\Z")


def without_courtesies(text: str) -> str:
    """A message without the greeting before it and the thanks behind it; its lines stay lines.

    A message that is nothing but courtesies stays as it is, without the smiles.

    >>> without_courtesies("Hello, what targets B-ALL? Thanks!")
    'what targets B-ALL?'
    """
    spaced = re.sub(r"[^\S\n]+", " ", text.strip())
    plain = _SMILES.sub("", re.sub(r" ?\n[ \n]*", "\n", spaced)).strip()
    if GREETING.fullmatch(bare(plain)):
        return plain
    opening = _BEFORE.match(plain)
    left = _AFTER.sub("", plain[opening.end() :] if opening else plain)
    return left.strip(" \t\n,") or plain or text.strip()


def bare(text: str) -> str:
    """A message in one line, without the marks and courtesies around it, for whole matches."""
    line = " ".join(text.split()).strip(" \t?!.,;:…")
    line = re.sub(r"^(?:(?:please|so|and|well|ok|okay|now|then)\b[, ]+)+", "", line, flags=re.I)
    return re.sub(r"[, ]+(?:please|then|now)$", "", line, flags=re.IGNORECASE)
