"""What a message can be besides a plain question."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Greeting:
    """A greeting and nothing else."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks, assent or a farewell."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What is this, what can it do, how is it used?"""


@dataclass(frozen=True, slots=True)
class Listing:
    """Which documents are there?"""


@dataclass(frozen=True, slots=True)
class Summary:
    """A document is to be summarised.

    `subject` names it as the person did; "" where it is the one just spoken of, or the only one.
    """

    subject: str


@dataclass(frozen=True, slots=True)
class Several:
    """Several messages in one, in order; each may be an aside of its own."""

    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Foreign:
    """A message in another language than English; its English name, "" where that is unsure."""

    language: str


Aside = Greeting | Thanks | Capabilities | Listing | Summary | Several | Foreign
