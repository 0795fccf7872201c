"""The register: findings that live on between reviews, and what people decided of them."""

from opsrules.register.model import Event, Recorded, Where
from opsrules.register.opening import open_register
from opsrules.register.queries import FINDING_COLUMNS
from opsrules.register.store import Register
from opsrules.register.verify import Verification

__all__ = ["FINDING_COLUMNS", "Event", "Recorded", "Register", "Verification", "Where", "open_register"]
