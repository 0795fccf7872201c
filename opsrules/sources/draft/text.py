"""A first account file, drafted from a folder of exports: what the files tell, and marks where a person must write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from opsrules.errors import UsageError
from opsrules.readers import options_model, processors
from opsrules.sources.draft.looked import Looked, look_around
from opsrules.sources.globs import Globs
from opsrules.sources.yaml_text import TO_FILL_IN, remark, scalar, yaml_lines
from opsrules.sources.zones import offsets_of, zone_of

__all__ = ["Draft", "draft_account"]

_MOST_LISTED = 12


@dataclass(frozen=True)
class Draft:
    """A drafted account file.

    Attributes
    ----------
    text : str
        YAML.
    files : tuple of (str, str)
        Each file of the folder, and what became of it.
    to_fill_in : tuple of (int, str)
        Lines that a person has to write, and what.
    """

    text: str
    files: tuple[tuple[str, str], ...]
    to_fill_in: tuple[tuple[int, str], ...]


def draft_account(root: Path, account: str, folder: Path) -> Draft:
    """Draft the file of an account from all files below a folder.

    Parameters
    ----------
    root : Path
        The workspace.
    account : str
        The account's id.
    folder : Path
        Absolute.

    Raises
    ------
    UsageError
        If the folder holds no file that is recognised or looks like a table of money.
    """
    looked = look_around(root, folder)
    if not any(one.read or one.lacks_options or one.mapped for one in looked):
        what = f"{folder}: none of its {len(looked)} files is recognised" if looked else f"{folder}: holds no file"
        raise UsageError(f"{what}; name the folder of the client's exports")
    lines = [*_head(account, looked), *_sources(root, looked), *_money(looked)]
    marks = [(at, line.split(TO_FILL_IN + ": ", 1)) for at, line in enumerate(lines, 1) if TO_FILL_IN + ": " in line]
    told = tuple((at, f"{_key(parts[0])}{parts[1]}") for at, parts in marks)
    return Draft("\n".join(lines) + "\n", tuple((one.facts.name, one.became()) for one in looked), told)


def _key(before: str) -> str:
    """The key that a mark stands behind, for the list of them."""
    key, colon, _ = before.strip().removeprefix("- ").partition(":")
    return f"{key}: " if colon and not key.startswith("#") else ""


def _head(account: str, looked: tuple[Looked, ...]) -> Iterator[str]:
    yield f"# Drafted by `opsrules init --account {account}`: what the files tell. What is marked {TO_FILL_IN} a person"
    yield "# has to write. parameters/accounts/_template.yaml explains every key; `opsrules check` says what is wrong."
    yield ""
    yield f"account: {scalar(account)}"
    title = account.replace("-", " ").replace("_", " ").title()
    yield f"name: {scalar(title)}  # {TO_FILL_IN}: the client's name, as pages show it"
    coins: Counter[str] = Counter()
    for part in (part for one in looked for part in one.facts.rows if part.currency):
        coins[part.currency] += part.rows
    if coins:
        main, size = coins.most_common(1)[0]
        yield f"currency: {main}  # of {size:,} of {coins.total():,} rows with a currency"
    else:
        yield f'currency: ""  # {TO_FILL_IN}: the main currency; no file names one'
    zone, fitting = zone_of(offsets_of(table for one in looked if one.read for table in one.read.tables.values()))
    if not zone:
        yield f'zone: ""  # {TO_FILL_IN}: an IANA name such as Europe/Berlin; no file tells it'
    elif fitting == 1:
        yield f"zone: {zone}  # by the offsets in the files; look whether it is meant"
    else:
        yield f"zone: {zone}  # by the offsets in the files, which {fitting} zones fit; look whether it is meant"
    yield ""
    yield from _covered(looked)


def _covered(looked: tuple[Looked, ...]) -> Iterator[str]:
    """Days covered, by kind of table, as a comment."""
    spans: dict[str, list[str]] = {}
    for part in (part for one in looked for part in one.facts.rows if part.first):
        spans.setdefault(part.kind, []).extend((part.first, part.last))
    for kind, days in spans.items():
        yield f"# Days covered, {kind.replace('_', ' ')}: {min(days)} to {max(days)}"


def _sources(root: Path, looked: tuple[Looked, ...]) -> Iterator[str]:
    globs = Globs(root)
    yield "sources:"
    for pattern in globs.of_suffixes(one.path for one in looked if one.read is not None):
        yield f"  - files: {scalar(pattern)}"
    named: dict[str, list[str]] = {}
    for one in looked:
        pattern = globs.of_file(one.path, {other.path for other in looked if not _alike(one, other)})
        if one.mapped:
            named.setdefault(pattern, list(one.mapped.source(pattern)))
        elif one.lacks_options:
            named.setdefault(pattern, list(_with_options(one, pattern)))
    for lines in named.values():
        yield from lines
    for one in looked:
        if one.facts.refused and not one.lacks_options:
            yield f"  # {TO_FILL_IN}: {remark(one.facts.refused)}"
        elif not one.facts.reader and not one.mapped:
            yield f"  # {TO_FILL_IN}: nobody recognises {remark(one.facts.name)}; move it away, or name its reader"


def _alike(one: Looked, other: Looked) -> bool:
    """Whether two files are read by the same source."""
    if one.lacks_options:
        return other.lacks_options and one.facts.reader == other.facts.reader
    return bool(one.mapped and other.mapped and one.mapped.options == other.mapped.options)


def _with_options(one: Looked, pattern: str) -> Iterator[str]:
    """Source of a file that its reader cannot read without options: the one that all of them ask for, blank."""
    yield f"  - files: {scalar(pattern)}"
    yield f"    reader: {one.facts.reader}"
    model = options_model(one.facts.reader)
    if model is not None and "currency" in model.model_fields:
        yield "    options:"
        yield from yaml_lines({"currency": ""}, {"currency": f"{TO_FILL_IN}: the file names none"}, "      ")
    else:
        yield f"    # {TO_FILL_IN}: {remark(one.facts.refused)}"


def _money(looked: tuple[Looked, ...]) -> Iterator[str]:
    tables = _tables(looked)
    yield from _payouts(tables)
    yield ""
    yield f"# {TO_FILL_IN}: fees, what each processor may charge by contract; without them no fee is checked."
    if "bank_lines" in tables:
        accounts = sorted(set(tables["bank_lines"]["bank_account"]) - {""})
        yield f"# Bank accounts in the files: {remark(', '.join(accounts)) or 'not named'}"
    if "orders" in tables:
        methods = [remark(name) for name in sorted(set(tables["orders"]["payment_method"]) - {""})]
        more = ", ..." if len(methods) > _MOST_LISTED else ""
        listed = f"{', '.join(methods[:_MOST_LISTED])}{more}" if methods else "none"
        yield f"# Payment methods of the orders: {listed}"
        yield f"never_at_processor: []  # {TO_FILL_IN}: those whose money never reaches a processor, such as cash"
    yield "desks: [reconciliation]"


def _tables(looked: tuple[Looked, ...]) -> dict[str, pd.DataFrame]:
    parts: dict[str, list[pd.DataFrame]] = {}
    for one in looked:
        for kind, table in one.read.tables.items() if one.read else ():
            parts.setdefault(kind, []).append(table)
    return {kind: pd.concat(tables, ignore_index=True) for kind, tables in parts.items()}


def _payouts(tables: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    named = [set(tables[kind]["processor"]) for kind in ("processor_lines", "payouts") if kind in tables]
    found = [name for name in processors() if name in set().union(*named)]
    if not found:
        return
    yield ""
    yield "# How the payouts of each processor look at the bank."
    yield "payouts:"
    for name in found:
        word, count = _descriptor(name, tables.get("bank_lines"))
        yield f"  - processor: {name}"
        if count:
            yield f"    descriptor: {word}  # stands in {count:,} bank lines; look whether it is meant"
        else:
            yield f'    descriptor: ""  # {TO_FILL_IN}: text that the bank lines of its payouts hold, such as {word}'


def _descriptor(processor: str, bank: pd.DataFrame | None) -> tuple[str, int]:
    """The processor's name as banks write it, and how many bank lines hold it."""
    word = processor.split("_", maxsplit=1)[0].upper()
    if bank is None:
        return word, 0
    told = (bank["text"] + " " + bank["counterparty"] + " " + bank["reference"]).str.upper()
    return word, int(told.str.contains(word, regex=False).sum())
