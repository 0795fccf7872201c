"""Decision tables: one rule a row, in CSV (`grid`) or YAML (`listing`), turned into what plain `run_all` takes.

::

    rules = Rules.load("fees.csv", Variables, Actions)
    result = rules.run(frame)
    result.fired(), result.conflicts(), result.apply()

Each rule carries the table's name and hit policy beside its id, where the library passes over them: nothing of the
language says "only if no earlier one". `collect` is what `run_all` does; `first` is what it does with
``stop_on_first_trigger`` on that table alone, and a run does it there; a breach of `unique` is listed in
``result.conflicts()``, and none of the rows in conflict decides. A row that is written without conditions carries
``always`` too: lint, tests and views take it as meant.
"""

from opsrules.rules.tables.load import is_listing, read_table, table_of
from opsrules.rules.tables.model import DecisionTable

__all__ = ["DecisionTable", "is_listing", "read_table", "table_of"]
