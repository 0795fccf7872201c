"""An account file drafted from a folder of exports."""

from __future__ import annotations

from opsrules.sources.draft.text import Draft, draft_account

__all__ = ["Draft", "draft_account"]
