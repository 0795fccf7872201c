"""The page of causes is what the taxonomy says."""

from __future__ import annotations

from pathlib import Path

import yaml

from opsrules.rootcause import load_taxonomy
from opsrules.rootcause.taxonomy_page import page

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "causes.md"


def test_the_page_is_what_the_taxonomy_says() -> None:
    assert PAGE.read_text("utf-8") == page(load_taxonomy(ROOT / "parameters" / "taxonomy")) + "\n", "run make causes"


def test_every_cause_and_code_of_the_files_is_on_the_page() -> None:
    lines = PAGE.read_text("utf-8").splitlines()
    for path in sorted((ROOT / "parameters" / "taxonomy").glob("*.yaml")):
        said = yaml.safe_load(path.read_text("utf-8"))
        for cause in said["causes"]:
            [row] = [line for line in lines if line.startswith(f"| `{cause['code']}` |")]
            assert row.endswith(f" | {cause['confidence']} |")
            assert all(action in row for action in (*cause["corrective"], *cause["preventive"]))
        for code in said.get("codes", []):
            values = ", ".join(f"`{value}`" for value in code["values"])
            assert [line for line in lines if f" | {values} | " in line and f" | `{code['cause']}` | " in line], code
