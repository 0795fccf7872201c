"""The enumerations of the field. Their values are what files carry; ``words()`` is what people read."""

from __future__ import annotations

from enum import StrEnum

__all__ = [
    "Act",
    "BreakClass",
    "ChargebackState",
    "Desk",
    "DisputeStatus",
    "EventKind",
    "Exclusion",
    "FindingStatus",
    "InvoiceStatus",
    "Leg",
    "Level",
    "LineKind",
    "PaymentEvent",
    "RejectReason",
    "ReserveState",
    "Resolution",
    "Secret",
    "Severity",
    "SubjectType",
    "SubscriptionStatus",
    "TicketStatus",
]


class _Term(StrEnum):
    def words(self) -> str:
        """Plain words for this term, as pages and terminals show it."""
        return _WORDS.get((type(self).__name__, self.value), self.value.replace("_", " ").capitalize())


class Desk(_Term):
    """Who works on it."""

    RECONCILIATION = "reconciliation"
    PAYMENTS = "payments"
    ACCOUNT_HEALTH = "account_health"
    APPEALS = "appeals"
    CUSTOMER_SERVICE = "customer_service"


class Severity(_Term):
    """How bad a finding is, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for critical, 3 for low."""
        return list(Severity).index(self)


class Level(_Term):
    """State of an account, a desk or a metric (``not_reviewed`` for a failed run), worst first."""

    NOT_REVIEWED = "not_reviewed"
    CRITICAL = "critical"
    AT_RISK = "at_risk"
    TOO_FEW = "too_few"
    HEALTHY = "healthy"

    @property
    def rank(self) -> int:
        """0 for not reviewed, 4 for healthy."""
        return list(Level).index(self)

    @classmethod
    def of(cls, severity: Severity) -> Level:
        """Level that a finding of this severity puts its account at; low findings leave it healthy."""
        return {
            Severity.CRITICAL: cls.CRITICAL,
            Severity.HIGH: cls.AT_RISK,
            Severity.MEDIUM: cls.AT_RISK,
        }.get(severity, cls.HEALTHY)


class LineKind(_Term):
    """What one processor line is."""

    CHARGE = "charge"  # a failed or reversed one too, with minus
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSAL = "chargeback_reversal"
    FEE = "fee"
    RESERVE = "reserve"
    ADJUSTMENT = "adjustment"
    TRANSFER = "transfer"
    CONVERSION = "conversion"  # from one currency to another: two lines, one each
    PAYOUT = "payout"
    OTHER = "other"


class PaymentEvent(_Term):
    """A change of state of a payment."""

    RECEIVED = "received"
    AUTHORISED = "authorised"
    REFUSED = "refused"
    ERROR = "error"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    CAPTURED = "captured"
    SETTLED = "settled"
    REFUNDED = "refunded"
    CHARGEBACK = "chargeback"
    CHARGEBACK_REVERSED = "chargeback_reversed"
    OTHER = "other"


class DisputeStatus(_Term):
    """Where a dispute stands."""

    NEEDS_RESPONSE = "needs_response"
    UNDER_REVIEW = "under_review"
    WON = "won"
    LOST = "lost"
    ACCEPTED = "accepted"
    PREVENTED = "prevented"
    CLOSED = "closed"  # an inquiry that became no chargeback
    OTHER = "other"


class InvoiceStatus(_Term):
    """Where an invoice stands."""

    DRAFT = "draft"
    OPEN = "open"
    PAST_DUE = "past_due"
    PAID = "paid"
    UNCOLLECTIBLE = "uncollectible"
    VOID = "void"
    OTHER = "other"


class SubscriptionStatus(_Term):
    """Where a subscription stands."""

    TRIALING = "trialing"
    ACTIVE = "active"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    PAUSED = "paused"
    INCOMPLETE = "incomplete"
    CANCELLED = "cancelled"
    OTHER = "other"


class TicketStatus(_Term):
    """Where a ticket stands."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"
    OTHER = "other"


class Leg(_Term):
    """One pair of tables that is reconciled."""

    ORDERS_CHARGES = "orders_charges"
    ORDERS_REFUNDS = "orders_refunds"
    LINES_PAYOUTS = "lines_payouts"
    PAYOUTS_BANK = "payouts_bank"


class BreakClass(_Term):
    """What kind of break or fault of the data a finding stands for."""

    ORDER_WITHOUT_PAYMENT = "order_without_payment"
    PAYMENT_WITHOUT_ORDER = "payment_without_order"
    AMOUNT_DIFFERS = "amount_differs"
    CURRENCY_DIFFERS = "currency_differs"
    SIGN_DIFFERS = "sign_differs"
    DAYS_DIFFER = "days_differ"
    CHARGED_TWICE = "charged_twice"
    REFUND_NOT_BOOKED = "refund_not_booked"
    REFUND_NOT_PAID = "refund_not_paid"
    REFUND_DIFFERS = "refund_differs"
    NOT_PAID_OUT = "not_paid_out"
    PAYOUT_SUM_DIFFERS = "payout_sum_differs"
    PAYOUT_SHORT = "payout_short"
    PAYOUT_OVER = "payout_over"
    PAYOUT_MISSING = "payout_missing"
    PAYOUT_IN_TRANSIT = "payout_in_transit"
    PAYOUT_LATE = "payout_late"
    BANK_CHARGE = "bank_charge"
    WRONG_ACCOUNT = "wrong_account"
    RESERVE_MISMATCH = "reserve_mismatch"
    FX_VARIANCE = "fx_variance"
    TIMING = "timing"
    BANK_WITHOUT_PAYOUT = "bank_without_payout"
    AMBIGUOUS = "ambiguous"
    MATCH_SUGGESTED = "match_suggested"
    FEE_DIFFERS = "fee_differs"
    CHARGEBACK = "chargeback"
    SOURCE_MISSING = "source_missing"
    FILE_UNRECOGNISED = "file_unrecognised"
    FILE_TWICE = "file_twice"
    ROWS_REJECTED = "rows_rejected"
    ROWS_TWICE = "rows_twice"
    CONTROL_FAILED = "control_failed"
    DATE_IMPLAUSIBLE = "date_implausible"
    TIME_AMBIGUOUS = "time_ambiguous"
    CARD_NUMBER_IN_TEXT = "card_number_in_text"
    IBAN_IN_TEXT = "iban_in_text"
    CARD_DATA_COLUMN = "card_data_column"
    KIND_UNKNOWN = "kind_unknown"
    REPORTS_OVERLAP = "reports_overlap"


class ChargebackState(_Term):
    """Where a chargeback stands, by the processor's lines and the dispute where an export tells of it."""

    OPENED = "opened"
    REPRESENTED = "represented"
    WON = "won"
    LOST = "lost"
    TAKEN_AGAIN = "taken_again"  # a second chargeback after the first was reversed
    CLOSED = "closed"  # an inquiry that took nothing, or one that was prevented


class ReserveState(_Term):
    """What is wrong with a reserve."""

    NOT_RELEASED = "not_released"
    OTHER_AMOUNT = "other_amount"
    RELEASED_LATE = "released_late"


class SubjectType(_Term):
    """What a finding is about. The list may grow."""

    ORDER = "order"
    PROCESSOR_LINE = "processor_line"
    PAYOUT = "payout"
    BANK_LINE = "bank_line"
    FILE = "file"
    METRIC = "metric"
    CASE = "case"
    INVOICE = "invoice"
    LISTING = "listing"
    VIOLATION = "violation"


class EventKind(_Term):
    """What happened, as the register keeps it. Kinds may be added; a register with one that is not here is read."""

    RECORDED = "recorded"
    """A review of an account was recorded: the event that its report names."""
    NOT_REVIEWED = "not_reviewed"
    """An account could not be reviewed."""
    OPENED = "opened"
    """A finding was seen for the first time."""
    SEEN = "seen"
    """It was seen again, in a later period or with other facts."""
    CLEARED = "cleared"
    """A review that had its files no longer found it."""
    REOPENED = "reopened"
    """It was found again after it had gone, or with a larger amount after people had settled it."""
    UNCHECKED = "unchecked"
    """A review could not look for it: its file was not among the inputs."""
    ASSIGNED = "assigned"
    COMMENTED = "commented"
    ATTACHED = "attached"
    ROOT_CAUSE = "root_cause"
    """Somebody told whys, a cause or actions of a finding, or of a slice."""
    RESOLVED = "resolved"
    WRITTEN_OFF = "written_off"
    DISPUTED = "disputed"
    """Somebody says that it is no finding; it stays open."""
    REJECTED = "rejected"
    """A second person did not accept what had settled it; it is open again."""
    SIGNED_OFF = "signed_off"
    """An account's review of a period was signed."""
    UNDONE = "undone"
    """An earlier event counts no longer."""
    ERASED = "erased"
    """What an earlier event says was erased; that it happened stays."""
    ACTION = "action"
    """An action was raised or changed."""
    DECISION = "decision"
    RISK = "risk"
    """A risk was raised or changed."""


class Act(_Term):
    """What somebody may do in the register: what roles are made of."""

    ASSIGN = "assign"
    COMMENT = "comment"
    ATTACH = "attach"
    ROOT_CAUSE = "root_cause"
    RESOLVE = "resolve"
    WRITE_OFF = "write_off"
    DISPUTE = "dispute"
    REJECT = "reject"
    SIGN_OFF = "sign_off"
    UNDO = "undo"
    ERASE = "erase"
    ACTION = "action"
    DECISION = "decision"
    RISK = "risk"


class FindingStatus(_Term):
    """Where a finding stands."""

    OPEN = "open"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    WRITTEN_OFF = "written_off"
    CLEARED = "cleared"

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to work on it."""
        return self in (FindingStatus.OPEN, FindingStatus.DISPUTED)


class Resolution(_Term):
    """Why a finding was resolved."""

    CORRECTED = "corrected"
    """Put right in the books or at the source."""
    RECOVERED = "recovered"
    """The money came in."""
    EXPECTED = "expected"
    """No fault: timing, or what was agreed."""
    DUPLICATE = "duplicate"
    """The same as another finding."""
    ACCEPTED = "accepted"
    """A loss or a difference that is lived with, without a booking."""
    OTHER = "other"
    """The note says why."""


class Exclusion(_Term):
    """The named rules by which a row is left out of a leg. An empty text means: in."""

    AFTER_PERIOD = "after_period"
    BEFORE_PERIOD = "before_period"
    BEFORE_COVERAGE = "before_coverage"
    AFTER_AS_OF = "after_as_of"
    OTHER_KIND = "other_kind"
    OWN_PAYOUT_ROW = "own_payout_row"
    NEVER_AT_PROCESSOR = "never_at_processor"
    UNPAID = "unpaid"
    NO_REFUND = "no_refund"
    NO_PAYOUT_IN_SOURCE = "no_payout_in_source"
    NOT_SENT = "not_sent"
    OTHER_BANK_MOVEMENT = "other_bank_movement"
    ZERO_AMOUNT = "zero_amount"
    CAPTURE_REFUNDED = "capture_refunded"
    CONVERTED = "converted"
    SEEN_BEFORE = "seen_before"
    IN_STATEMENT = "in_statement"
    NOT_SUPPLIED = "not_supplied"
    CARRIED = "carried"
    """A row of an earlier period that came in for another leg."""


class Secret(_Term):
    """What nobody may read in a text."""

    CARD = "card"
    IBAN = "iban"
    EMAIL = "email"
    PHONE = "phone"


class RejectReason(_Term):
    """Why one record of a file was rejected."""

    ROW_TOO_SHORT = "row_too_short"
    ROW_TOO_LONG = "row_too_long"
    ROW_CUT = "row_cut"
    NUL_BYTE = "nul_byte"
    AMOUNT_UNREADABLE = "amount_unreadable"
    AMOUNT_MISSING = "amount_missing"
    AMOUNT_DECIMALS = "amount_decimals"
    AMOUNT_RANGE = "amount_range"
    AMOUNT_INCONSISTENT = "amount_inconsistent"
    CURRENCY_UNKNOWN = "currency_unknown"
    CURRENCY_MISSING = "currency_missing"
    TIME_UNREADABLE = "time_unreadable"
    TIME_MISSING = "time_missing"
    TIME_IN_GAP = "time_in_gap"
    ZONE_UNKNOWN = "zone_unknown"
    KEY_MISSING = "key_missing"
    VALUE_UNKNOWN = "value_unknown"
    RECORD_UNREADABLE = "record_unreadable"
    NOT_BOOKED = "not_booked"
    CELL_ERROR = "cell_error"
    DIGITS_LOST = "digits_lost"


_WORDS: dict[tuple[str, str], str] = {
    ("Leg", "orders_charges"): "Orders to charges",
    ("Leg", "orders_refunds"): "Refunds booked to refunds paid",
    ("Leg", "lines_payouts"): "Processor lines to payouts",
    ("Leg", "payouts_bank"): "Payouts to bank",
    ("BreakClass", "order_without_payment"): "Order, no payment",
    ("BreakClass", "payment_without_order"): "Paid, no order",
    ("BreakClass", "refund_not_booked"): "Refund not booked in the shop",
    ("BreakClass", "refund_not_paid"): "Refund not paid by the processor",
    ("BreakClass", "refund_differs"): "Refund amounts differ",
    ("BreakClass", "not_paid_out"): "Not paid out yet",
    ("BreakClass", "payout_sum_differs"): "Payout and its lines differ",
    ("BreakClass", "payout_short"): "Payout arrived short",
    ("BreakClass", "payout_over"): "Payout arrived too large",
    ("BreakClass", "payout_missing"): "Payout not at the bank",
    ("BreakClass", "payout_in_transit"): "Payout on its way",
    ("BreakClass", "payout_late"): "Payout arrived late",
    ("BreakClass", "bank_charge"): "Payout short by a bank's charge",
    ("BreakClass", "wrong_account"): "In another account than declared",
    ("BreakClass", "reserve_mismatch"): "Reserve held and released differ",
    ("BreakClass", "fx_variance"): "Rate differs from the known one",
    ("BreakClass", "timing"): "Timing",
    ("BreakClass", "bank_without_payout"): "Bank credit, no payout",
    ("BreakClass", "ambiguous"): "More than one match possible",
    ("BreakClass", "sign_differs"): "Sign turned",
    ("BreakClass", "days_differ"): "Amounts agree, days do not",
    ("BreakClass", "match_suggested"): "Match to be confirmed",
    ("BreakClass", "fee_differs"): "Fee differs from the contract",
    ("BreakClass", "source_missing"): "Export not supplied",
    ("BreakClass", "file_unrecognised"): "File not recognised",
    ("BreakClass", "file_twice"): "Same file twice",
    ("BreakClass", "rows_rejected"): "Rows that could not be read",
    ("BreakClass", "rows_twice"): "Rows in more than one export",
    ("BreakClass", "control_failed"): "File's own control figure fails",
    ("BreakClass", "date_implausible"): "Implausible date",
    ("BreakClass", "kind_unknown"): "Type of transaction not known",
    ("BreakClass", "reports_overlap"): "Two reports of the same days",
    ("BreakClass", "time_ambiguous"): "Local time that occurs twice",
    ("BreakClass", "card_number_in_text"): "Card number in free text",
    ("BreakClass", "iban_in_text"): "Bank account number in free text",
    ("BreakClass", "card_data_column"): "Column for card data",
    ("Exclusion", "after_period"): "After the period",
    ("Exclusion", "before_period"): "Before the period, settled",
    ("Exclusion", "before_coverage"): "Before the other side's first record",
    ("Exclusion", "after_as_of"): "After the as-of day",
    ("Exclusion", "other_kind"): "Belongs to another leg",
    ("Exclusion", "own_payout_row"): "The payout's own row",
    ("Exclusion", "never_at_processor"): "Payment method that never reaches a processor",
    ("Exclusion", "unpaid"): "Not paid, nothing to expect",
    ("Exclusion", "no_refund"): "No refund",
    ("Exclusion", "no_payout_in_source"): "Export does not name payouts",
    ("Exclusion", "not_sent"): "Payout not sent yet or failed",
    ("Exclusion", "other_bank_movement"): "Bank movement that is no payout",
    ("Exclusion", "capture_refunded"): "Second capture and its refund",
    ("Exclusion", "converted"): "Paid in another currency at the known rate",
    ("ChargebackState", "represented"): "Answered, decision awaited",
    ("ChargebackState", "taken_again"): "Taken again after it was won",
    ("Exclusion", "seen_before"): "Already in another export",
    ("Exclusion", "in_statement"): "Told early, comes again in the statement",
    ("Exclusion", "not_supplied"): "The other side was not supplied",
    ("Secret", "card"): "Card number",
    ("Secret", "iban"): "Bank account number",
    ("Secret", "email"): "E-mail address",
    ("Secret", "phone"): "Phone number",
    ("EventKind", "recorded"): "Review recorded",
    ("EventKind", "opened"): "First seen",
    ("EventKind", "seen"): "Seen again",
    ("EventKind", "unchecked"): "Could not be checked",
    ("EventKind", "undone"): "Taken back",
    ("Act", "root_cause"): "Write of root causes",
    ("Resolution", "corrected"): "Put right",
    ("Resolution", "recovered"): "Money came in",
    ("Resolution", "expected"): "As expected",
    ("Resolution", "duplicate"): "Same as another finding",
    ("Resolution", "accepted"): "Lived with",
    ("Resolution", "other"): "Other, see note",
    ("RejectReason", "row_cut"): "Last row, may be cut",
    ("RejectReason", "cell_error"): "Spreadsheet error instead of a value",
    ("RejectReason", "digits_lost"): "Number that a spreadsheet has rounded",
}
