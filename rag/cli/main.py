"""The options of `rag`, and what its errors come to."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.cli import commands
from rag.cli.answers import FORMATS
from rag.cli.filters import add_filters
from rag.cli.terminal import terminal
from rag.errors import CitewellError, UsageError

_EPILOG = """\
examples:
  rag index papers/ --index my-index      read a folder of documents into an index
  rag remove old.pdf                      take a document out again
  rag ask "what targets relapsed B-ALL?"  an answer made of quotations
  rag search "salvage author:Doubek"      passages, by word and meaning
  rag batch questions.txt -o answers.jsonl
  rag eval gold.jsonl --html report.html  how often it is right, wrong or wrongly silent
  rag serve                               the chat window, on this machine alone

exit status: 0 answered or done, 3 the corpus does not answer (ask), 2 misuse, 1 failure
settings: rag.toml in the working folder, RAG_* variables, then options; `rag doctor` shows them
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status. No traceback reaches the user."""
    try:
        parsed = _parser().parse_args(arguments)
        status: int = parsed.run(parsed)
        sys.stdout.flush()
        return status
    except UsageError as error:
        return _fail(error, 2)
    except CitewellError as error:
        return _fail(error, 1)
    except KeyboardInterrupt:
        return _fail(
            "interrupted; the same command again goes on, or starts over where nothing was kept",
            130,
        )
    except BrokenPipeError:  # the reader of our output has gone: `rag documents | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(f"{error.strerror or error}: {error.filename or 'the system'}", 1)


def _fail(reason: object, status: int) -> int:
    print(terminal(f"rag: {' '.join(str(reason).split())}"), file=sys.stderr)
    return status


class _Version(argparse.Action):
    """Looked up when it is asked for: that takes longer than reading the options."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(commands.version())
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    form = argparse.RawDescriptionHelpFormatter
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--index", type=Path, metavar="DIR", help="where the index lies (RAG_INDEX; default: index)"
    )
    common.add_argument("--quiet", action="store_true", help="no progress, no notes")
    parser = argparse.ArgumentParser(
        prog="rag",
        description="Answers from your own documents, every sentence a quotation you can check.",
        epilog=_EPILOG,
        formatter_class=form,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show it and leave")
    verbs = parser.add_subparsers(metavar="COMMAND", required=True)

    def verb(name: str, run: object, text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=f"{text}.", parents=[common])
        made.set_defaults(run=run)
        return made

    index = verb("index", commands.index, "Read files and folders into the index")
    index.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    index.add_argument("--rebuild", action="store_true", help="make the index anew")
    index.add_argument(
        "--sync",
        action="store_true",
        help="remove what is gone; rebuild what another version built",
    )
    index.add_argument(
        "--strict", action="store_true", help="exit with 1 where anything was left out"
    )
    index.add_argument(
        "--report", type=Path, metavar="FILE.jsonl", help="write a JSON line a file, as it is done"
    )
    index.epilog, index.formatter_class = _FORMATS, form

    remove = verb("remove", commands.remove, "Take documents out of the index")
    remove.add_argument("ids", nargs="+", metavar="ID", help="a document's id, or a file's name")
    remove.epilog = "A file that stays in its folder comes back when the folder is indexed again."

    ask = verb("ask", commands.ask, "Answer a question with quotations")
    ask.add_argument("question", metavar="QUESTION")
    ask.add_argument(
        "--format", choices=FORMATS, default="text", help="what to print (default: text)"
    )
    ask.add_argument(
        "--json",
        dest="format",
        action="store_const",
        const="json",
        default=argparse.SUPPRESS,
        help="the same as --format json: one JSON object",
    )
    ask.add_argument("--threshold", type=float, help="confidence below which to abstain (0..1)")
    _add_reranker(ask)
    _add_reader(ask)
    _add_model(ask)
    add_filters(ask)

    batch = verb("batch", commands.batch, "Answer many questions; resumes where it was stopped")
    batch.add_argument("file", type=Path, metavar="FILE", help=".txt, .jsonl or .csv of questions")
    batch.add_argument("-o", "--output", type=Path, required=True, metavar="OUT.jsonl")
    batch.add_argument("--threshold", type=float, help="confidence below which to abstain (0..1)")
    _add_reranker(batch)
    _add_reader(batch)
    _add_model(batch)
    add_filters(batch)

    search = verb("search", commands.search, "Find passages")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("--json", action="store_true", help="print a JSON object a line")
    search.add_argument("--limit", type=int, default=10, metavar="N", help="hits (default: 10)")
    search.add_argument(
        "--by-document", action="store_true", help="the best passage of each document alone"
    )
    _add_reranker(search)
    add_filters(search)
    search.epilog, search.formatter_class = _FIELDS, form

    evaluate = verb("eval", commands.evaluate, "Say how good the answers are, on a gold set")
    _add_eval(evaluate)
    _add_reranker(evaluate)
    _add_reader(evaluate)

    documents = verb("documents", commands.documents, "List what is in the index")
    documents.add_argument("--json", action="store_true", help="print a JSON object a line")
    documents.add_argument("--show", metavar="ID", help="print a document's cleaned text")
    documents.add_argument("--removed", metavar="ID", help="what cleaning took, and by which rule")

    serve = verb("serve", commands.serve, "Open the chat window")
    serve.add_argument("--host", default="127.0.0.1", help="address (default: this machine alone)")
    serve.add_argument("--port", type=int, default=7860, help="port (default: 7860)")
    serve.add_argument(
        "--auth-file",
        type=Path,
        metavar="FILE",
        help="who may open it: lines of `python -m ui.accounts NAME`; beyond this machine a must",
    )
    serve.add_argument(
        "--read-only", action="store_true", help="nothing can be added, removed or evaluated"
    )
    serve.add_argument(
        "--mcp", action="store_true", help="offer ask, search and documents as MCP tools too"
    )
    _add_reranker(serve)
    _add_reader(serve)
    _add_model(serve)

    verb("doctor", commands.doctor, "Check the installation, the model and the index")
    return parser


_FIELDS = """\
the query may hold fields, which bound what is searched as the options do:
  rag search "salvage author:Doubek years:2015-2020"
  rag search 'survival title:"acute myeloid" section:abstract'
Words are matched with their other forms and spellings, abbreviations with what the corpus says
they stand for, and passages also by meaning; words that the corpus lacks are taken for the
nearest that it has. In a terminal the words found are bold (NO_COLOR turns that off).
"""
_FORMATS = """\
read are, told by their content: PDF with a text layer, PubMed (XML, MEDLINE or .nbib, abstracts
as text), JATS and PMC XML, RIS, HTML, Word (.docx), Markdown, plain text and pages saved as text,
CSV and JSON lines of records (BEIR's corpus.jsonl), each also gzipped. A manifest.csv beside the
files (columns file, title, authors, year, journal, doi, pmid, url) wins over what is found in
them.

Run it again to add what is new and replace what has changed; --sync also removes what is gone.
A file is bounded by the settings max_file_mb, max_file_seconds and max_file_memory_mb; what
cannot be read is reported with the reason, and the rest goes on.

exit status: 0 when something is indexed, 1 when nothing is or, with --strict, not everything
"""
_GOLD_FORM = """\
a gold set is one of
  JSON lines  {"question": "…", "answers": [["CD19"], ["CD22", "inotuzumab"]],
               "documents": ["id"], "evidence": ["the sentences that answer"], "kind": "…"}
              each inner list is one fact with its accepted spellings; "answers": [] where the
              corpus does not answer; "id", "kind" and "without" (documents to pass over) may
              be left out;
              the window's feedback.jsonl is one, once its null "answers" are filled in
  SQuAD 2.0   its JSON, over an index of its paragraphs
  BEIR        a folder with queries.jsonl and qrels/, over an index of its corpus

exit status: 0, 1 where a figure misses a bound of --min, 2 for a gold set with mistakes
"""


def _add_reranker(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reranker",
        metavar="NAME",
        help='what looks again at the best hits: "reader", or a CrossEncoder\'s folder or name',
    )


def _add_reader(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reader",
        metavar="NAME",
        help='what reads the passages: "reader" (the default), or the folder or name of a '
        "question-answering model or a CrossEncoder",
    )


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="what writes answers from the quotations: openai:NAME, anthropic:NAME, ollama:NAME "
        "or a transformers model's folder (default: none)",
    )
    parser.add_argument(
        "--model-url", metavar="URL", help="where it is served, if not by its provider"
    )


def _add_eval(parser: argparse.ArgumentParser) -> None:

    def file(option: str, text: str, **more: Any) -> None:
        parser.add_argument(option, type=Path, metavar="FILE", help=text, **more)

    parser.epilog, parser.formatter_class = _GOLD_FORM, argparse.RawDescriptionHelpFormatter
    parser.add_argument("gold", type=Path, metavar="GOLD", help="a file, or a folder (BEIR)")
    or_output = {"nargs": "?", "const": Path("-")}
    file("--json", "write figures and a row a question", **or_output)
    file("--csv", "write a row a question", **or_output)
    file("--html", "write a report with plots, one file")
    file("--against", "compare with an earlier run's --json file")
    parser.add_argument(
        "--min",
        action="append",
        default=[],
        metavar="FIGURE=BOUND",
        help="fail where a figure is worse, such as fact_recall=0.9 or calibration_error=0.05",
    )
    parser.add_argument("--threshold", type=float, help="confidence below which to abstain (0..1)")
