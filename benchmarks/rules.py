"""Rows a second of rules over a table of orders, against business_rules.run_all and masks written by hand.

    python benchmarks/rules.py [--rows 1000000] [--rules 50 200] [--repeat 5]

All in one process, one after the other; each figure is the median of its repeats, run_all is measured on a sample of
the rows. Compare ratios: absolute figures are of this machine and this moment. Polars and DuckDB are shown where they
are installed, with the number of row-rule pairs in which each disagrees with the exact result.

The orders are made up, in the way of a shop: amounts in cents, written as decimals. Nine of ten are paid in full; half
of the others are short by a voucher of 1, 5, 10, 25 or 50, the rest by anything. Of the refunds a third are full, a
third keep a restocking fee of 5 or 10, the rest are anything. What the two computed variables give is therefore often a
round amount but for the last bits of a float, 50.00000000000001: run_all takes it for 50, plain comparisons do not.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from business_rules import run_all

from opsrules.rules import (
    FALLS_IN,
    FALLS_OUT,
    Backtest,
    BaseActions,
    BaseVariables,
    BoundFrame,
    Rules,
    boolean_rule_variable,
    numeric_rule_variable,
    rule_action,
    string_rule_variable,
)
from opsrules.rules.rows import rows_of

# Column: the type its variable has, and values to compare with. The others of the 23 columns are only carried along.
NUMBERS: dict[str, Sequence[float]] = {
    "amount": [50, 100, 250, 499.99, 1000],
    "paid": [50, 100, 250, 499.99, 1000],
    "refunded": [0, 5, 20, 100],
    "tax_rate": [0.0, 0.07, 0.19, 0.2],
    "fee": [1, 2.5, 5, 10],
    "items": [1, 2, 3, 5, 10],
    "age_days": [7, 14, 30, 60, 90],
    "attempts": [1, 2, 3],
    "kept": [0, 5, 10, 100],
    "gap": [-1, 0, 1, 50],
}
TEXTS: dict[str, Sequence[str]] = {
    "currency": ("EUR", "USD", "GBP", "CHF", "SEK", "PLN"),
    "method": ("card", "paypal", "klarna", "sepa", "ideal", "invoice", "gift_card", "cash"),
    "status": ("open", "paid", "failed", "refunded", "disputed", "cancelled"),
    "country": tuple(f"{a}{b}" for a in "ABCDEF" for b in "ABCDEFGH"),
    "channel": ("web", "app", "pos", "marketplace"),
    "reason": ("", "fraud", "damaged", "late", "other"),
}
FLAGS = ("is_first", "is_gift", "is_disputed")
PATTERNS = ("^SKU-0", "7$", "-1[0-9]+", "9{2}", "[13579]$")
OPERATORS = ("equal_to", "greater_than", "greater_than_or_equal_to", "less_than", "less_than_or_equal_to")


# Counts the hits of all rules, and gives one rule's mask.
Other = tuple[Callable[[], Any], Callable[[int], Any]]


class Variables(BaseVariables):
    """What the rules ask of an order; two of them calculate."""

    def __init__(self, row: Any) -> None:
        self.row = row


class Actions(BaseActions):
    """Takes note of nothing: the benchmark counts."""

    def __init__(self, row: Any) -> None:
        self.row = row

    @rule_action()
    def flag(self) -> None:
        """Do nothing."""


def _declare() -> None:
    def plain(name: str) -> Callable[[Any], Any]:
        return lambda self: self.row[name]

    def minus(left: str, right: str) -> Callable[[Any], Any]:
        return lambda self: self.row[left] - self.row[right]

    methods = {name: numeric_rule_variable(name)(plain(name)) for name in NUMBERS}
    methods |= {name: string_rule_variable(name)(plain(name)) for name in (*TEXTS, "sku")}
    methods |= {name: boolean_rule_variable(name)(plain(name)) for name in FLAGS}
    methods["kept"] = numeric_rule_variable("kept")(minus("paid", "refunded"))
    methods["gap"] = numeric_rule_variable("gap")(minus("amount", "paid"))
    for name, method in methods.items():
        setattr(Variables, name, method)


_declare()


def orders(count: int, *, missing: float = 0.0) -> pd.DataFrame:
    """Return orders with 23 columns; `missing` is the share of gaps in seven of them."""
    draw = np.random.default_rng(7)
    cents = draw.integers(100, 120_000, count)
    paid, refunded = _payments(cents, draw)
    made: dict[str, Any] = {
        "order_id": draw.integers(10**9, 10**10, count),
        "amount": cents / 100,
        "paid": paid / 100,
        "refunded": refunded / 100,
        "tax_rate": draw.choice([0.0, 0.07, 0.19, 0.2], count),
        "fee": draw.integers(0, 1500, count) / 100,
        "items": draw.integers(1, 15, count),
        "age_days": draw.integers(0, 120, count),
        "attempts": draw.integers(1, 6, count).astype(np.int8),
        "weight": draw.random(count),
        "margin": draw.random(count),
        "score": draw.random(count),
        "customer": draw.integers(0, 200_000, count),
    }
    made |= {
        name: pd.array(np.array(values)[draw.integers(0, len(values), count)], dtype="str")
        for name, values in TEXTS.items()
    }
    skus = np.array([f"SKU-{number:05d}" for number in range(5000)])
    made["sku"] = pd.array(skus[draw.integers(0, 5000, count)], dtype="str")
    made |= {name: draw.random(count) < 0.3 for name in FLAGS}
    frame = pd.DataFrame(made)
    for name in ("amount", "paid", "refunded", "fee", "method", "reason", "sku") if missing else ():
        frame.loc[draw.random(count) < missing, name] = None
    return frame


def _payments(cents: Any, draw: np.random.Generator) -> tuple[Any, Any]:
    """Return what was paid and refunded for orders of so many cents; the module says how."""
    count, way = len(cents), draw.random(len(cents))
    short = np.maximum(cents - 100 * draw.choice([1, 5, 10, 25, 50], count), 0)
    paid = np.where(way < 0.9, cents, np.where(way < 0.95, short, draw.integers(0, 120_000, count)))
    way = draw.random(count)
    less = np.maximum(paid - 100 * draw.choice([5, 10], count), 0)
    refunded = np.where(way < 0.05, paid, np.where(way < 0.1, less, draw.integers(0, 20_000, count)))
    return paid, np.where(way < 0.15, refunded, 0)


def _close_calls(frame: pd.DataFrame) -> int:
    """Count the values of computed variables that differ from a constant by less than the epsilon, but do differ."""
    computed = {"kept": frame["paid"] - frame["refunded"], "gap": frame["amount"] - frame["paid"]}
    apart = [np.abs(values - constant) for name, values in computed.items() for constant in NUMBERS[name]]
    return sum(int(((one > 0) & (one <= 1e-6)).sum()) for one in apart)


def rule_set(count: int) -> list[dict[str, Any]]:
    """Return rules of three conditions each; in every fourth, two of them stand in an any."""
    choice = random.Random(11)
    rules = []
    for number in range(count):
        first, second, third = (_leaf(choice) for _ in range(3))
        tree = {"all": [first, {"any": [second, third]}]} if number % 4 == 3 else {"all": [first, second, third]}
        rules.append({"id": f"R{number}", "conditions": tree, "actions": [{"name": "flag"}]})
    return rules


def _leaf(choice: random.Random) -> dict[str, Any]:
    kind = choice.random()
    if kind < 0.37:
        name = choice.choice(sorted(NUMBERS))
        operator = choice.choice(OPERATORS[1:] if name != "tax_rate" else OPERATORS)
        return {"name": name, "operator": operator, "value": choice.choice(NUMBERS[name])}
    if kind < 0.75:
        name = choice.choice(sorted(TEXTS))
        operator = choice.choice(("equal_to", "equal_to", "equal_to_case_insensitive", "starts_with", "contains"))
        constant = choice.choice([one for one in TEXTS[name] if one])
        return {"name": name, "operator": operator, "value": constant[:2] if operator == "starts_with" else constant}
    if kind < 0.85:
        return {"name": "sku", "operator": "matches_regex", "value": choice.choice(PATTERNS)}
    return {"name": choice.choice(FLAGS), "operator": choice.choice(("is_true", "is_false")), "value": True}


# ---- masks written by hand, as an analyst would


def _by_hand(tree: Mapping[str, Any], columns: Mapping[str, Any], codes: Mapping[str, Any]) -> Any:
    for group, join in (("all", np.logical_and), ("any", np.logical_or)):
        if group in tree:
            masks = [_by_hand(kid, columns, codes) for kid in tree[group]]
            joined = masks[0]
            for mask in masks[1:]:
                joined = join(joined, mask)
            return joined
    name, operator, constant = tree["name"], tree["operator"], tree["value"]
    if name in FLAGS:
        return columns[name] if operator == "is_true" else ~columns[name]
    if name in NUMBERS:
        return _compared(columns, name, operator, constant)
    texts, coded = codes[name]
    hits = [code for code, text in enumerate(texts) if _text_holds(text, operator, constant)]
    if len(hits) == 1:
        return coded == hits[0]
    return np.isin(np.arange(len(texts)), hits)[coded]


def _compared(columns: Mapping[str, Any], name: str, operator: str, constant: float) -> Any:
    if name in ("kept", "gap"):
        left, right = ("paid", "refunded") if name == "kept" else ("amount", "paid")
        values = columns[left] - columns[right]
    else:
        values = columns[name]
    if operator == "equal_to":
        return np.abs(values - constant) <= 1e-6
    compare = {"greater_than": np.greater, "greater_than_or_equal_to": np.greater_equal}
    return (compare | {"less_than": np.less, "less_than_or_equal_to": np.less_equal})[operator](values, constant)


def _text_holds(text: str, operator: str, constant: str) -> bool:
    return {
        "equal_to": lambda: text == constant,
        "equal_to_case_insensitive": lambda: text.lower() == constant.lower(),
        "starts_with": lambda: text.startswith(constant),
        "contains": lambda: constant in text,
        "matches_regex": lambda: re.search(constant, text) is not None,
    }[operator]()


# ---- the same in Polars and DuckDB


def _polars(rules: Sequence[Mapping[str, Any]], frame: pd.DataFrame) -> Other:
    pl: Any = importlib.import_module("polars")

    table = pl.from_pandas(frame).lazy()

    def leaf(one: Mapping[str, Any]) -> Any:
        name, operator, constant = one["name"], one["operator"], one["value"]
        column = {"kept": pl.col("paid") - pl.col("refunded"), "gap": pl.col("amount") - pl.col("paid")}.get(name)
        column = pl.col(name) if column is None else column
        if operator == "equal_to" and name in NUMBERS:
            return (column - constant).abs() <= 1e-6
        return {
            "equal_to": lambda: column == constant,
            "greater_than": lambda: column > constant,
            "greater_than_or_equal_to": lambda: column >= constant,
            "less_than": lambda: column < constant,
            "less_than_or_equal_to": lambda: column <= constant,
            "equal_to_case_insensitive": lambda: column.str.to_lowercase() == constant.lower(),
            "starts_with": lambda: column.str.starts_with(constant),
            "contains": lambda: column.str.contains(constant, literal=True),
            "matches_regex": lambda: column.str.contains(constant),
            "is_true": lambda: column,
            "is_false": lambda: ~column,
        }[operator]()

    def tree(node: Mapping[str, Any]) -> Any:
        if "all" in node:
            return pl.all_horizontal([tree(kid) for kid in node["all"]])
        return pl.any_horizontal([tree(kid) for kid in node["any"]]) if "any" in node else leaf(node)

    trees = [tree(rule["conditions"]) for rule in rules]
    asked = [one.sum().alias(str(number)) for number, one in enumerate(trees)]
    mask = lambda number: table.select(trees[number].alias("one")).collect()["one"].to_numpy()  # noqa: E731
    return lambda: table.select(asked).collect(), mask


def _duckdb(rules: Sequence[Mapping[str, Any]], frame: pd.DataFrame) -> Other:
    connection = importlib.import_module("duckdb").connect()
    connection.register("given", frame)
    connection.execute("create table orders as select *, paid - refunded as kept, amount - paid as gap from given")

    def leaf(one: Mapping[str, Any]) -> str:
        name, operator, constant = one["name"], one["operator"], one["value"]
        text = "'" + str(constant).replace("'", "''") + "'"
        if operator == "equal_to":
            return f"abs({name} - {constant}::double) <= 1e-6" if name in NUMBERS else f"{name} = {text}"
        signs = {"greater_than": ">", "greater_than_or_equal_to": ">=", "less_than": "<", "less_than_or_equal_to": "<="}
        if operator in signs:
            return f"{name} {signs[operator]} {constant}::double"
        return {
            "equal_to_case_insensitive": f"lower({name}) = lower({text})",
            "starts_with": f"starts_with({name}, {text})",
            "contains": f"contains({name}, {text})",
            "matches_regex": f"regexp_matches({name}, {text})",
            "is_true": f"{name}",
            "is_false": f"not {name}",
        }[operator]

    def tree(node: Mapping[str, Any]) -> str:
        for group, word in (("all", " and "), ("any", " or ")):
            if group in node:
                return "(" + word.join(tree(kid) for kid in node[group]) + ")"
        return leaf(node)

    asked = ", ".join(f"count(*) filter (where {tree(rule['conditions'])})" for rule in rules)
    trees = [tree(rule["conditions"]) for rule in rules]
    mask = lambda number: connection.execute(f"select {trees[number]} as one from orders").fetchnumpy()["one"]  # noqa: E731
    return lambda: connection.execute(f"select {asked} from orders").fetchone(), mask


# ---- measuring


def _median(do: Callable[[], Any], repeat: int) -> tuple[float, Any]:
    seconds, told = [], None
    for _ in range(repeat):
        told = None
        start = time.perf_counter()
        told = do()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds), told


def _rows_of_run_all(plain: list[dict[str, Any]], sample: pd.DataFrame, repeat: int) -> float:
    rows = rows_of(sample)

    def run() -> None:
        for row in rows:
            run_all(plain, Variables(row), Actions(row))

    return len(rows) / _median(run, repeat)[0]


def _ours(plain: list[dict[str, Any]], frame: pd.DataFrame, repeat: int) -> Iterator[tuple[str, float, Any]]:
    rules = Rules(plain, Variables, Actions)
    seconds, result = _median(lambda: rules.run(frame, on_error="collect"), repeat)
    yield "opsrules, from text columns", seconds, result
    categories = frame.astype(dict.fromkeys((*TEXTS, "sku"), "category"))
    yield "opsrules, from categories", *_median(lambda: rules.run(categories, on_error="collect"), repeat)
    bound = result.frame
    yield "opsrules, bound (run again)", *_median(lambda: rules.run(bound, on_error="collect"), repeat)
    kept = rules.bind(frame)
    rules.run(kept, on_error="collect")
    other = Rules([*plain[:-1], *rule_set(len(plain) + 1)[-1:]], Variables, Actions)
    yield (
        "opsrules, bound with answers kept, the same rules",
        *_median(lambda: rules.run(kept, on_error="collect"), repeat),
    )
    yield (
        "opsrules, bound with answers kept, one rule changed",
        *_median(lambda: other.run(kept, on_error="collect"), 1),
    )
    # Another version each time, so that none has been asked before.
    versions = iter([Rules([*plain[:-1], _stricter(plain[-1], 40 + n)], Variables, Actions) for n in range(repeat)])
    yield "opsrules, backtest of one changed rule, bound", *_median(lambda: _tried(rules, next(versions), kept), repeat)
    near = Rules([_NEARLY], Variables, Actions)
    yield (
        "opsrules, near misses of one rule, from text columns",
        *_median(lambda: near.near_misses(frame, "near", {"amount": 10, "age_days": 5}), repeat),
    )
    gaps = orders(len(frame), missing=0.03)
    yield "opsrules, 3 % gaps in 7 columns", *_median(lambda: rules.run(gaps, on_error="collect"), repeat)
    bound = rules.bind(gaps)
    rules.run(bound, on_error="collect")
    yield "opsrules, 3 % gaps, bound", *_median(lambda: rules.run(bound, on_error="collect"), repeat)


_NEARLY = {
    "id": "near",
    "conditions": {
        "all": [
            {"name": "amount", "operator": "greater_than", "value": 499.99},
            {"name": "age_days", "operator": "greater_than_or_equal_to", "value": 60},
            {"name": "currency", "operator": "equal_to", "value": "EUR"},
        ]
    },
    "actions": [{"name": "flag"}],
}


def _stricter(rule: Mapping[str, Any], days: int) -> dict[str, Any]:
    """Return the rule with one more condition, which no other rule has."""
    more = {"name": "age_days", "operator": "greater_than", "value": days + 0.5}
    return {**rule, "conditions": {"all": [rule["conditions"], more]}}


def _tried(rules: Rules, changed: Rules, bound: BoundFrame) -> Backtest:
    """Return the backtest with all that a person reads of it."""
    tested = rules.backtest(changed, bound, amount="order_id")
    last = rules.rules[-1].id
    _ = tested.counts, tested.changes, tested.first(last, FALLS_IN), tested.first(last, FALLS_OUT)
    return tested


def _hand(plain: list[dict[str, Any]], frame: pd.DataFrame) -> Other:
    columns = {name: frame[name].to_numpy() for name in (*FLAGS, *NUMBERS) if name in frame}
    codes = {}
    for name in (*TEXTS, "sku"):
        coded, texts = pd.factorize(frame[name])
        codes[name] = (list(texts), coded.astype(np.uint8 if len(texts) <= 256 else np.uint16))

    def masks(number: int) -> Any:
        return _by_hand(plain[number]["conditions"], columns, codes)

    return lambda: [np.count_nonzero(masks(number)) for number in range(len(plain))], masks


def _report(count: int, rows: int, repeat: int) -> None:
    frame, plain = orders(rows), rule_set(count)
    base = _rows_of_run_all(plain, frame.head(max(200, 60_000 // count)), 3)
    print(f"\n{count} rules, {rows:,} rows, {frame.shape[1]} columns\n")
    print("| way | rows a second | of run_all | disagrees on |\n|---|---|---|---|")
    print(f"| business_rules.run_all | {base:,.0f} | 1 x | |")
    exact: Any = None
    told: list[str] = []
    for words, seconds, result in _ours(plain, frame, repeat):
        exact = result if exact is None else exact
        print(f"| {words} | {rows / seconds:,.0f} | {rows / seconds / base:,.0f} x | |", flush=True)
        if "backtest" in words or "near" in words:
            told.append(f"{words}: {seconds:.3f} s")
        if words.endswith("(run again)"):
            memory = sum(bits.nbytes for bits in result.judged.bits)
    others = {"masks by hand (numpy, coded texts)": _hand, "Polars": _polars, "DuckDB": _duckdb}
    for words, make in others.items():
        if words.islower() or words.startswith("masks") or importlib.util.find_spec(words.lower()):
            count_all, mask = make(plain, frame)
            seconds, _ = _median(count_all, repeat)
            wrong = sum(np.count_nonzero(mask(number) != exact.mask(f"R{number}")) for number in range(count))
            print(f"| {words} | {rows / seconds:,.0f} | {rows / seconds / base:,.0f} x | {wrong} pairs |", flush=True)
    seconds, lint = _median(Rules(plain, Variables, Actions).lint, repeat)
    logic = sum(one.kind != "untested" for one in lint)
    print(f"\nLint: {seconds:.2f} s, {logic} findings in the logic of the rules, no table needed.")
    print("\n" + "\n".join(told))
    print(f"\n{_close_calls(frame):,} values of computed variables differ from a constant in their last bits alone.")
    print(f"Masks: {memory:,} bytes, {8 * memory / rows / count:.3f} bits a row and rule.")


def main() -> None:
    """Measure each number of rules and print a table for it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rules", type=int, nargs="+", default=[50, 200])
    parser.add_argument("--repeat", type=int, default=5)
    given = parser.parse_args()
    for count in given.rules:
        _report(count, given.rows, given.repeat)
    print(f"\n{os.cpu_count()} cores, Python {sys.version.split()[0]}, numpy {np.__version__}, pandas {pd.__version__}")


if __name__ == "__main__":
    main()
