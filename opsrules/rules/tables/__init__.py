"""Decision tables: one rule a row, in CSV or YAML, turned into the rules that `Rules` and plain `run_all` take.

::

    table = load_table("fees.csv", Variables, Actions)
    result = Rules(table.rules, Variables, Actions).run(frame)
    decided(result, table), conflicts(result, table), applied(result, table)

The rules of a table are independent, whatever its hit policy: nothing of the language says "only if no earlier one".
So `collect` is what `run_all` does; `first` is what it does with ``stop_on_first_trigger`` on that table alone, and is
picked from the result; `unique` is checked on the result, and a breach is reported with an example, never raised.
"""

from opsrules.rules.tables.load import load_table, problems_of_table
from opsrules.rules.tables.model import DecisionTable, HitPolicy
from opsrules.rules.tables.outcome import applied, conflicts, decided

__all__ = ["DecisionTable", "HitPolicy", "applied", "conflicts", "decided", "load_table", "problems_of_table"]
