"""A mapping for a table that no reader knows: drafted from its header and its values, what is doubtful left to fill in.

Nothing doubtful is guessed into the mapping: a date that can be read in two ways, or a currency that the file does not
name, stays blank, and the reader refuses the mapping until a person has written it.
"""

from __future__ import annotations

from opsrules.sources.suggest.mapping import Suggestion, suggest

__all__ = ["Suggestion", "suggest"]
