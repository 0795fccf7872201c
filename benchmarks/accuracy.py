"""Precision and recall of every class of break against the faults that the simulator planted.

    python benchmarks/accuracy.py [--orders 25000] [--accounts 4]

The simulator writes the platforms' own files and the truth beside them; a review reads the files. A finding is right
when its class and the payout, order or file it is about are a planted fault's; where it has further classes, each pair
of classes is counted as well. One export of each account is delivered twice. A last line tells how many of the
charges that lost their reference, or are of two orders, are suggested for the right ones, in tables of so many orders
an account.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pandas as pd

from opsrules import open_review
from opsrules.reconcile import Matching
from opsrules.scaffold import write_workspace
from opsrules.simulate import demo

PERIOD, AS_OF = "2026-10", "2026-11-22"
KEYLESS = {"amount_and_days", "sum_of_two"}
OF_THE_PERIOD = {"fee_differs", "chargeback", "reserve_mismatch"}
OF_PAYOUTS = {"payout_short", "payout_missing", "payout_sum_differs", "payout_over", "bank_charge"}

Subjects = dict[str, set[tuple[str, str, str]]]


TESTS = Path(__file__).parents[1] / "tests"


def main() -> None:
    """Print one line of the README's table for each class."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=25_000, help="of each account and month")
    parser.add_argument("--accounts", type=int, default=4)
    given = parser.parse_args()
    sys.path[0] = str(TESTS)
    planted: Subjects = defaultdict(set)
    found: Subjects = defaultdict(set)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "workspace"
        write_workspace(root)
        for account in demo(root, accounts=given.accounts, orders=given.orders, period=PERIOD, periods=2):
            _plant(planted, account, json.loads((root / "exports" / account / "truth.json").read_text("utf-8")))
            _find(found, account, root)
    print("| class | planted | found | precision | recall |")
    print("|---" * 5 + "|")
    for name in sorted(planted | found):
        right = len(planted[name] & found[name])
        shares = [right / len(one) if one else float("nan") for one in (found[name], planted[name])]
        print(f"| {name} | {len(planted[name]):,} | {len(found[name]):,} | {shares[0]:.4f} | {shares[1]:.4f} |")
    _suggestions(given.orders, given.accounts)
    print(f"\n{given.accounts} accounts of {given.orders:,} orders a month, Python {sys.version.split()[0]}")


def _suggestions(orders: int, accounts: int) -> None:
    """Matches without a key against what they should be."""
    from planted_tables import matched, tables

    right = wrong = wanted = confirmed = 0
    for seed in range(accounts):
        sides = tables(orders, seed)
        matching = matched(*sides)
        told, truth = _groups(matching), _belonging(*sides)
        for rule, left, lines in told:
            is_right = truth.get(lines) == left
            if rule in KEYLESS:
                right, wrong = right + is_right, wrong + (not is_right)
            else:
                confirmed += not is_right
        wanted += sum(line.startswith("X") or line == "" for line in sides[1]["key"])
    print(f"\nSuggestions: {right + wrong:,} of {wanted:,} wanted, precision {right / (right + wrong):.4f}, ", end="")
    print(f"recall {right / wanted:.4f}; confirmed wrongly: {confirmed:,}")


def _groups(matching: Matching) -> list[tuple[str, str, str]]:
    """Of each match without a key, and of each one to one with one: rule, orders, and what its charges belong to."""
    rules = matching.groups["rule"].astype("str").to_numpy()
    refs = []
    for name in ("left", "right"):
        table, status = matching.side(name)
        rows = pd.DataFrame({"group": status["group"], "ref": table["ref"]})
        rows = rows[rows["group"] >= 0].sort_values(["group", "ref"], kind="stable")
        refs.append(rows.drop_duplicates().groupby("group")["ref"].agg("+".join))
    return [(rule, left, right) for rule, left, right in zip(rules, refs[0], refs[1], strict=True)]


def _belonging(left: pd.DataFrame, right: pd.DataFrame) -> dict[str, str]:
    """Orders that the charges of a group belong to, by what the charges say."""
    known = set(left["ref"])
    return {ref: "+".join(sorted(one for one in ref.split("+") if one in known)) for ref in right["ref"]}


def _plant(planted: Subjects, account: str, truth: dict[str, Any]) -> None:
    for fault in truth["faults"]:
        if fault["expect"] == "finding" and not (fault["class"] in OF_THE_PERIOD and fault["period"] != PERIOD):
            planted[fault["class"]].add(_subject(account, fault))
            for further in fault["other_classes"]:
                planted[f"{fault['class']} and {further}"].add(_subject(account, fault))


def _find(found: Subjects, account: str, root: Path) -> None:
    # Delivered twice, which must change nothing.
    orders = root / "exports" / account / PERIOD / "shopify_orders.csv"
    orders.with_name("shopify_orders_again.csv").write_bytes(orders.read_bytes())
    findings = open_review("reconciliation", account, PERIOD, root, as_of=AS_OF).findings
    for row in findings.to_dict("records"):
        # Low ones only need time, and a payout on its way is no fault.
        if row["severity"] != "low" and row["class"] != "payout_in_transit":
            subject = _subject(account, {str(name): value for name, value in row.items()})
            found[row["class"]].add(subject)
            for further in row["other_classes"].split():
                if further != "timing":
                    found[f"{row['class']} and {further}"].add(subject)


def _subject(account: str, fact: dict[str, Any]) -> tuple[str, str, str]:
    """What a fault is about, as both know it: payout before order before file."""
    if fact["class"] in OF_PAYOUTS:
        return account, "payout", fact["payout_ref"]
    if fact["order_ref"] and fact["class"] != "rows_rejected":
        return account, "order", fact["order_ref"].upper().replace("#", "").replace(" ", "")
    return account, "file", fact["source_file"]


if __name__ == "__main__":
    main()
