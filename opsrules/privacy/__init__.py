"""Personal data in text: card numbers, bank account numbers, e-mail addresses and phone numbers, found and masked.

`mask` and `masked` take one text and are light to import; `opsrules.privacy.columns` takes whole columns and tables.
"""

from opsrules.privacy.text import mask, masked, truncated

__all__ = ["mask", "masked", "truncated"]
