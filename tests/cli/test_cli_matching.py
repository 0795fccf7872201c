"""opsrules matching suggest: what it prints, what it never prints, and that its lines can be pasted."""

from __future__ import annotations

import json
from pathlib import Path

from calling import Opsrules
from pipeline.small import exports, line, order
from proposals.planted import begun, by_ref, open_left, pasted

import opsrules as library
from opsrules.terms import Resolution

AS_OF = ("--as-of", "2026-11-03")


def shop(root: Path, right: str, settled: int) -> Path:
    """Six orders whose processor spells references in its own way, so many of them settled."""
    orders = [order(f"#{n}", f"{n - 990}.00") for n in range(1001, 1007)]
    lines = [line(right.format(n=n), f"{n - 990}.00", day=9) for n in range(1001, 1007)]
    begun(root, exports(orders, lines))
    with library.open_register(root) as register:
        missing, paid = by_ref(register, "order_without_payment"), by_ref(register, "payment_without_order")
        by_number = {name[name.index("100") : name.index("100") + 4]: one for name, one in paid.items()}
        for n in range(1001, 1001 + settled):
            register.resolve(missing[f"#{n}"], Resolution.EXPECTED, counterpart=by_number[str(n)])
    return root


def test_it_prints_counts_and_lines_that_settle_what_they_promise(opsrules: Opsrules, tmp_path: Path) -> None:
    root = shop(tmp_path, "SHOP-{n}-A", 3)
    said = opsrules("matching", "suggest", "--account", "acme", "-w", str(root), *AS_OF)
    assert (said.code, said.err) == (0, "")
    told = said.out.splitlines()
    assert told[0] == "acme: 3 settled findings, 3 of them with what belongs together; tried on 2026-10"
    assert told[2:5] == [
        "Never wrong, in rows of both sides:",
        "   proposal           from  held out  settles  agree  unsaid  wrong  ambiguous",
        "1  reference pattern     3    3 of 3       12      6       6      0          0",
    ]
    assert "1. lines ^SHOP-([0-9]+)-A$; from 1001 = SHOP-1001-A; 1002 = SHOP-1002-A; 1003 = SHOP-1003-A" in told
    first = told.index("# in place of matching: in parameters/accounts/acme.yaml") + 1
    before = open_left(root)
    pasted(root, "matching", told[first : told.index("", first)])
    assert opsrules("check", "-w", str(root)).code == 0
    assert len(before - open_left(root)) == 12
    again = opsrules("matching", "suggest", "--account", "acme", "-w", str(root), *AS_OF)
    assert "Nothing to propose." in again.out


def test_a_machine_gets_what_was_wrong_apart_from_what_never_was(opsrules: Opsrules, tmp_path: Path) -> None:
    root = shop(tmp_path, "SHOP-{n}-A", 4)
    with library.open_register(root) as register:
        register.write_off(by_ref(register, "payment_without_order")["SHOP-1006-A"], "nobody knows this order")
    (told,) = json.loads(opsrules("matching", "suggest", "-w", str(root), "--json", "--period", "2026-10", *AS_OF).out)
    assert (told["account"], told["periods"], told["proposals"]) == ("acme", ["2026-10"], [])
    (one,) = told["wrong_at_times"]
    assert (one["kind"], one["examples"], one["held_out"]) == ("reference pattern", 4, 4)
    assert one["outcome"] == {
        "matched": 12,
        "suggested": 0,
        "left_out": 0,
        "settled": 12,
        "agree": 8,
        "wrong": 1,
        "unsaid": 3,
        "ambiguous": 0,
    }
    out = opsrules("matching", "suggest", "-w", str(root), *AS_OF).out
    assert "Wrong at times, in rows of both sides:" in out
    assert "Never wrong" not in out


def test_too_few_examples_are_told(opsrules: Opsrules, tmp_path: Path) -> None:
    said = opsrules("matching", "suggest", "-w", str(shop(tmp_path, "SHOP-{n}-A", 2)), *AS_OF)
    assert said.code == 0
    assert "Nothing to propose." in said.out
    assert "  reference pattern: 2 pairs, 3 wanted: " in said.out


def test_nothing_settled_is_nothing_to_learn_from(opsrules: Opsrules, tmp_path: Path) -> None:
    root = shop(tmp_path, "SHOP-{n}-A", 0)
    said = opsrules("matching", "suggest", "-w", str(root), *AS_OF)
    assert said.out == "acme: nobody has resolved or written off a finding, so there is nothing to learn from.\n"
    (told,) = json.loads(opsrules("matching", "suggest", "-w", str(root), "--json", *AS_OF).out)
    assert (told["settled"], told["proposals"], told["not_proposed"]) == (0, [], [])


def test_b14_references_with_personal_data_are_no_examples(opsrules: Opsrules, tmp_path: Path) -> None:
    root = shop(tmp_path, "jane@example.org/{n}", 4)
    for more in ([], ["--json"]):
        said = opsrules("matching", "suggest", "-w", str(root), *AS_OF, *more)
        assert said.code == 0
        assert "example" not in said.out.lower().replace("examples", "")
        assert "jane" not in said.out.lower()


def test_wrong_use_is_told(opsrules: Opsrules, tmp_path: Path) -> None:
    root = shop(tmp_path, "SHOP-{n}", 0)
    for more, told in ((["--period", "soon"], "is not one"), (["--account", "nobody"], "nobody")):
        said = opsrules("matching", "suggest", "-w", str(root), *more)
        assert (said.code, said.out) == (2, "")
        assert told in said.err
