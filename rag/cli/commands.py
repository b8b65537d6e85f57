"""What each verb of `rag` does: arguments in, lines out, an exit status back."""

from __future__ import annotations

import sys
from argparse import Namespace
from contextlib import closing
from typing import TYPE_CHECKING

from rag.cli.answers import written
from rag.cli.filters import filters_of
from rag.cli.hits import hit_text
from rag.cli.terminal import terminal
from rag.export import hit_to_dict, to_json
from rag.filters import Filters, split_fields
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.types import Answer

ANSWERED, ABSTAINED, FAILED = 0, 3, 1
_SETTINGS = (
    "threshold",
    "reranker",
    "reader",
    "model",
    "model_url",
)  # those that are options of some verbs


def version() -> str:
    """The installed version."""
    from importlib import metadata  # here: no other verb has time to load it

    try:
        return f"citewell {metadata.version('citewell')}"
    except metadata.PackageNotFoundError:  # run from a checkout that is not installed
        return "citewell (not installed)"


def ask(arguments: Namespace) -> int:
    """`rag ask`."""
    filters = filters_of(arguments)
    _load_ahead(arguments)
    with _open(arguments) as assistant:
        _note_destination(arguments, assistant)
        answer = _asked(arguments, assistant, filters)
        _note_taken_for(arguments, assistant, arguments.question)
        _note_empty(arguments, assistant, filters)
    return ABSTAINED if answer.abstained else ANSWERED


def search(arguments: Namespace) -> int:
    """`rag search`."""
    query, fielded = split_fields(arguments.query)
    filters = filters_of(arguments).and_also(fielded)
    with _open(arguments) as assistant:
        hits = assistant.search(
            query, arguments.limit, filters=filters, by_document=arguments.by_document
        )
        _note_taken_for(arguments, assistant, query)
        _note_empty(arguments, assistant, filters)
    for rank, hit in enumerate(hits, start=1):
        print(to_json(hit_to_dict(rank, hit)) if arguments.json else hit_text(rank, hit))
    return ANSWERED


def documents(arguments: Namespace) -> int:
    """`rag documents`."""
    with _open(arguments) as assistant:
        if arguments.show:
            print(terminal(assistant.document(arguments.show).text))
        elif arguments.removed:
            _print_removals(assistant, arguments.removed)
        else:
            _print_documents(assistant, as_json=arguments.json)
    return ANSWERED


def index(arguments: Namespace) -> int:
    """`rag index`."""
    from rag.cli.index import run

    return run(arguments, _settings(arguments))


def remove(arguments: Namespace) -> int:
    """`rag remove`."""
    from rag.cli.index import remove

    return remove(arguments, _settings(arguments))


def batch(arguments: Namespace) -> int:
    """`rag batch`."""
    from rag.cli.batch import run

    with _open(arguments) as assistant:
        _note_destination(arguments, assistant)
        _note_empty(arguments, assistant, filters_of(arguments))
        return run(
            assistant,
            arguments.file,
            arguments.output,
            filters_of(arguments),
            quiet=arguments.quiet,
        )


def evaluate(arguments: Namespace) -> int:
    """`rag eval`."""
    from rag.cli.eval import run

    with _open(arguments) as assistant:
        return run(assistant, arguments)


def serve(arguments: Namespace) -> int:
    """`rag serve`."""
    from rag.indexing import make_index
    from rag.store import Manifest
    from ui.accounts import Accounts
    from ui.app import launch

    accounts = Accounts.read(arguments.auth_file) if arguments.auth_file else None
    settings = _settings(arguments)
    if not (arguments.read_only or Manifest.stands_in(settings.index)):
        if not arguments.quiet:
            _note("preparing the embedding model for a new index: that may take a minute, once")
        make_index(settings)
        if not arguments.quiet:
            line = f"made an empty index in {settings.index}: add files in the window"
            print(terminal(f"rag: {line}"), file=sys.stderr, flush=True)
    with _open(arguments) as assistant:
        _note_destination(arguments, assistant)
        launch(
            assistant,
            host=arguments.host,
            port=arguments.port,
            quiet=arguments.quiet,
            accounts=accounts,
            read_only=arguments.read_only,
            mcp=arguments.mcp,
        )
    return ANSWERED


def doctor(arguments: Namespace) -> int:
    """`rag doctor`."""
    from rag.cli.doctor import run

    return run(_settings(arguments))


def _settings(arguments: Namespace) -> Settings:
    return Settings.load(index=arguments.index)


def _open(arguments: Namespace) -> Assistant:
    from rag.assistant import Assistant

    notify = None if arguments.quiet else _note
    settings = {name: getattr(arguments, name, None) for name in _SETTINGS}
    return Assistant.open(arguments.index, notify=notify, **settings)


def _note(line: str) -> None:
    print(terminal(f"rag: {line}"), file=sys.stderr, flush=True)


def _load_ahead(arguments: Namespace) -> None:
    """The first answer waits for the reader and the index alike: they can load side by side."""
    from rag.reading.opening import load_ahead

    load_ahead(arguments.reader or _settings(arguments).reader)


def _asked(arguments: Namespace, assistant: Assistant, filters: Filters) -> Answer:
    """Asks, and prints the answer; what a model writes, on a terminal, as it comes."""
    shown = ""
    with closing(assistant.ask_written(arguments.question, filters=filters)) as growing:
        for answer in growing:
            if answer.generated and arguments.format == "text" and sys.stdout.isatty():
                text = terminal(answer.text)
                print(text[len(shown) :], end="", flush=True)
                shown = text
    text = written(answer, arguments.format).removesuffix("\n")
    whole = text.startswith(shown)
    print(text[len(shown) :] if whole else f"\n\n{text}", flush=True)
    return answer


def _note_destination(arguments: Namespace, assistant: Assistant) -> None:
    """Opens the model, if one is named: one that cannot be is told of before anything is asked."""
    if (host := assistant.destination()) and not arguments.quiet:
        _note(f"questions and the passages found for them go to {host}, where a model writes")


def _note_taken_for(arguments: Namespace, assistant: Assistant, question: str) -> None:
    for typed, taken_for in () if arguments.quiet else assistant.query(question).respelt:
        _note(f"“{typed}” is not in the corpus: taken for “{taken_for}…”")


def _note_empty(arguments: Namespace, assistant: Assistant, filters: Filters) -> None:
    if not arguments.quiet and not assistant.count_passages(filters):
        _note(f"no passage is left by {filters}" if filters else "the index holds no passage")


def _print_documents(assistant: Assistant, *, as_json: bool) -> None:
    for one in assistant.documents():
        fields = {name: getattr(one, name) for name in one.__slots__}
        if as_json:
            print(to_json(fields))
        else:
            year = f" ({one.year})" if one.year else ""
            print(terminal(f"{one.id}\t{one.title or '(no title)'}{year}\t{one.passages} passages"))


def _print_removals(assistant: Assistant, document_id: str) -> None:
    document = assistant.document(document_id)
    if not document.removals:
        print("nothing was removed")
    for removal in document.removals:
        taken = " ".join(removal.text.split())
        print(terminal(f"{removal.start}-{removal.end}\t{removal.rule}\t{taken}"))


__all__ = [
    "ask",
    "batch",
    "doctor",
    "documents",
    "evaluate",
    "index",
    "remove",
    "search",
    "serve",
    "version",
]
