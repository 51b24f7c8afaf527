"""Notebooks as submissions: the code cells become one module, in order, as if they had been typed into a file.

Nothing is parsed as Python here and nothing is run: what looks like a notebook's own line (`%magic`, `!shell`, `name?`)
is put out of the way line by line, and every other line stays as it is, so a traceback quotes what the candidate wrote.
"""

from __future__ import annotations

import codecs
import re
import warnings
from collections.abc import Iterator
from typing import Any

import msgspec

from grader.catalog.reading import SIZE_CAP_BYTES as SOURCE_CAP_BYTES
from grader.errors import SubmissionError
from grader.i18n import say
from grader.model import Text

SUFFIX = ".ipynb"
SIZE_CAP_BYTES = 20_000_000  # outputs included, which a notebook carries along
_LINE_LIMIT = 4_000  # characters; nobody types a longer magic
_CURRENT = 4  # the version of the format
_MOST_CELLS = 10_000
_TOO_MANY_CELLS = f"it has more than {_MOST_CELLS} cells"
_MOST_OBJECTS = 200_000  # lists and mappings of a notebook that is read whole: each takes half a kilobyte of memory

# Cell magics under which the rest of the cell is still this interpreter's Python.
_PYTHON_MAGICS = {"%%time", "%%timeit", "%%capture", "%%prun", "%%grade", "%%python", "%%python3"}
_MAGIC = re.compile(r"(?P<indent>\s*+)(?:(?P<target>[\w.,\s\[\]'\"]++)=\s*+)?(?P<rest>(?:%{1,2}\w|!{1,2})[^\n]*)")
_HELP = re.compile(r"(?P<indent>\s*+)(?P<rest>\?{1,2}[\w.*]+|%{0,2}[\w.*]+\?{1,2})\s*")
_FUTURE = re.compile(r"^from +__future__ +import +([a-z_]+(?: *, *[a-z_]+)*) *(?=#|$)", re.MULTILINE)
# What decides where a line of code stands: strings, comments, brackets. Whatever else is skipped.
_TOKEN = re.compile(
    r"""(?P<triple>'{3}|\"{3})|(?P<string>'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?)|(?P<comment>\#.*)"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])"""
)


class _Cell(msgspec.Struct, gc=False):
    cell_type: str = ""
    source: str | list[str] | None = None


class _Notebook(msgspec.Struct):
    nbformat: int = 1  # as long as nobody wrote it down
    cells: list[_Cell] | None = None


def source_of_notebook(data: bytes, name: str = "notebook") -> bytes:
    """The module that a notebook's code cells make up.

    Args:
        data: the notebook file.
        name: what to call it in a refusal.

    Returns:
        UTF-8 source. Each cell begins under a comment `# %% [number]`, counted from 1 over all cells. Imports from
        `__future__`, which any cell may begin with, stand before the first.

    Raises:
        SubmissionError: this is no notebook.
    """
    pieces = [f"# %% [{number}]\n{python_of_cell(source)}\n" for number, source in _code_cells(data, name)]
    module = "\n".join(pieces)
    futures = dict.fromkeys(each.strip() for names in _FUTURE.findall(module) for each in names.split(","))
    if futures:
        module = f"from __future__ import {', '.join(futures)}\n" + _FUTURE.sub(r"# \g<0>", module)
    return module.encode("utf-8", "surrogatepass")


def python_of_cell(source: str) -> str:
    """The text of a code cell with its magics and shell lines put out of the way; as many lines as before."""
    lines = source.replace("\r\n", "\n").split("\n")
    first = next((at for at, line in enumerate(lines) if line.strip()), None)
    if first is not None and lines[first].startswith("%%"):
        if lines[first].split()[0] not in _PYTHON_MAGICS:
            return "\n".join(f"# {line}".rstrip() for line in lines)
        lines[first] = f"# {lines[first]}"
    return "\n".join(_without_magics(lines))


def _code_cells(data: bytes, name: str) -> Iterator[tuple[int, str]]:
    try:
        cells = _current_cells(data)
        if cells is None:
            cells = _older_cells(data)
    except RecursionError:
        raise _error(say("{path} is not a notebook: it is nested too deeply.", path=name)) from None
    except Exception as error:  # a notebook may be any JSON at all, and its readers have many ways to stumble
        raise _error(say("{path} is not a notebook: {reason}.", path=name, reason=_short(error))) from None
    characters = 0
    for number, source in cells:
        if not isinstance(source, str):
            raise _error(say("{path} is not a notebook: cell {number} holds no text.", path=name, number=number))
        characters += len(source)
        if characters > SOURCE_CAP_BYTES:
            raise _error(
                say("The code cells of {path} are larger than {cap} MB.", path=name, cap=f"{SOURCE_CAP_BYTES / 1e6:g}")
            )
        yield number, source


def _current_cells(data: bytes) -> list[tuple[int, Any]] | None:
    """The code cells of a notebook of the format that all tools write today; None of another, or of loose JSON.

    Only what is asked for becomes objects: metadata and outputs, of which each byte may cost a hundred, are skipped.
    """
    try:
        notebook = msgspec.json.decode(data.removeprefix(codecs.BOM_UTF8), type=_Notebook)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:  # Jupyter writes NaN into outputs, which is no JSON
        return None
    if notebook.nbformat != _CURRENT:
        return None
    if notebook.cells is None:
        raise ValueError("it has no cells")
    if len(notebook.cells) > _MOST_CELLS:
        raise ValueError(_TOO_MANY_CELLS)
    return [
        (number, "".join(cell.source) if isinstance(cell.source, list) else cell.source)
        for number, cell in enumerate(notebook.cells, 1)
        if cell.cell_type == "code"
    ]


def _older_cells(data: bytes) -> list[tuple[int, Any]]:
    """The code cells of a notebook of any version, read whole."""
    if data.count(b"{") + data.count(b"[") > _MOST_OBJECTS:
        raise ValueError("it holds too many objects")
    import nbformat  # here, because hardly any notebook needs it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a cell without an id reads as well as any
        notebook = nbformat.reader.reads(data.decode("utf-8-sig"))  # type: ignore[no-untyped-call]
        # Neither validated nor with its outputs: either may take minutes over what is made to be slow.
        for cell in _cells(notebook):
            cell["outputs"] = []
        notebook = nbformat.convert(notebook, _CURRENT)  # type: ignore[no-untyped-call]
    return [(number, cell["source"]) for number, cell in enumerate(notebook["cells"], 1) if _is_code(cell)]


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The code cells of a notebook of any version, of which there may be so many."""
    pages = [notebook, *notebook.get("worksheets", ())]  # of old
    cells = [cell for page in pages for cell in page.get("cells", ())]
    if len(cells) > _MOST_CELLS:
        raise ValueError(_TOO_MANY_CELLS)
    return [cell for cell in cells if _is_code(cell)]


def _is_code(cell: dict[str, Any]) -> bool:
    return cell.get("cell_type") == "code"


def _without_magics(lines: list[str]) -> Iterator[str]:
    quote, depth, goes_on, in_magic = "", 0, False, False
    for line in lines:
        if in_magic:
            in_magic = line.endswith("\\")
            yield f"# {line.rstrip(chr(92))}"
            continue
        begins = not quote and not depth and not goes_on and len(line) <= _LINE_LIMIT
        if begins and (found := _MAGIC.fullmatch(line) or _HELP.fullmatch(line)):
            in_magic = line.endswith("\\")
            yield _in_place(found)
            continue
        quote, depth = _scan(line, quote, depth)
        goes_on = not quote and line.endswith("\\")
        yield line


def _in_place(found: re.Match[str]) -> str:
    """What stands for a magic: in a block a statement, so that one which holds nothing else is still a block."""
    target, indent = (found.groupdict().get("target") or "").rstrip(), found["indent"]
    rest = found["rest"].rstrip("\\")
    statement = f"{target} = None" if target else "pass" if indent else ""
    return f"{indent}{statement}  # {rest}" if statement else f"# {rest}"


def _scan(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Where the next line stands: in which triple quote, under how many brackets."""
    at = 0
    while at <= len(line):
        if quote:
            end = re.compile(r"(?:\\.|(?!" + quote + r").)*").match(line, at)
            at = end.end() if end else len(line)
            if not line.startswith(quote, at):
                return quote, depth
            at, quote = at + 3, ""
            continue
        found = _TOKEN.search(line, at)
        if found is None:
            break
        at = found.end()
        if found["triple"]:
            quote = found["triple"]
        elif found["open"]:
            depth += 1
        elif found["close"]:
            depth = max(0, depth - 1)
    return quote, depth


def _short(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")[:200]


def _error(text: Text) -> SubmissionError:
    return SubmissionError(text.en, text.zh)
