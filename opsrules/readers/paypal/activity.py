"""PayPal's activity download (CSV from the website), in the language of its account.

The account chooses the columns. Rows that are not completed, that only tell of another (``Memo``), and authorisations
moved no money: they are rejects `NOT_BOOKED`. Names, e-mail addresses and postal addresses are not read.

Source: PayPal, changed fields of the activity download (developer.paypal.com/reports/reference/changed-fields); see
`opsrules.readers.paypal.headers` for what was seen of which language.
"""

from __future__ import annotations

from opsrules.readers.delivery import Form, read_form
from opsrules.readers.lookup import each_flag
from opsrules.readers.model import Head, Read, Source
from opsrules.readers.options import checked
from opsrules.readers.parsed import Parsed
from opsrules.readers.paypal import PROCESSOR
from opsrules.readers.paypal.headers import IMPACT, KIND_OF_LINE, STATUS, found, layout
from opsrules.readers.paypal.website import Options, lines, read_rows
from opsrules.readers.paypal.words import AUTHORISATION, COMPLETED, MEMO, NOT_COMPLETED
from opsrules.readers.table import Records
from opsrules.terms import RejectReason

__all__ = ["CHECKED", "KIND", "LAYOUT", "NAME", "NOT_VERIFIED", "PROCESSOR", "Options", "identify", "read"]

NAME = "paypal_activity"
KIND = "processor_lines"
CHECKED = "samples: an English file and an empty one; PayPal's list of changed fields"
NOT_VERIFIED = "Portuguese and Spanish headers, and many words for types and states in other languages"

LAYOUT = layout(KIND_OF_LINE, STATUS, IMPACT)


def identify(head: Head) -> bool:
    """Whether the file is an activity download; a statement has neither type nor status."""
    return found(head, KIND_OF_LINE, STATUS) is True


def read(source: Source) -> Read:
    """Read one download into processor lines.

    Raises
    ------
    FileRefused
        If the file cannot be trusted as a whole.
    ParameterError
        If the options are wrong.
    """
    options = checked(Options, source)

    def shape(records: Records) -> Parsed:
        return lines(_booked(read_rows(records, LAYOUT, options), records), records, options)

    return read_form(source, Form(NAME, KIND, options.dated(LAYOUT), shape))


def _booked(parsed: Parsed, records: Records) -> Parsed:
    """Move rows that moved no money, and those in a state that is not known here, to the rejects."""
    memo = each_flag(parsed.rows["impact"], lambda text: _plain(text) in MEMO)
    title = records.titles.get("impact", "")
    parsed = parsed.without(memo, RejectReason.NOT_BOOKED, title, stake="net_minor", value="impact")
    if "status" in records.titles:
        open_ = each_flag(parsed.rows["status"], lambda text: _plain(text) in NOT_COMPLETED)
        unknown = ~(open_ | each_flag(parsed.rows["status"], lambda text: _plain(text) in COMPLETED))
        title = records.titles["status"]
        parsed = parsed.without(unknown, RejectReason.VALUE_UNKNOWN, title, stake="net_minor", value="status")
        left = open_[~unknown]
        parsed = parsed.without(left, RejectReason.NOT_BOOKED, title, stake="net_minor", value="status")
    asked = each_flag(parsed.rows["kind"], AUTHORISATION.__eq__)
    title = records.titles["source_kind"]
    return parsed.without(asked, RejectReason.NOT_BOOKED, title, stake="net_minor", value="source_kind")


def _plain(text: str) -> str:
    return text.strip().casefold()
