"""``python -m opsrules`` is ``opsrules``."""

from opsrules.cli import main

main()
