"""Names of the months in the languages that exports are written in.

Source: Unicode CLDR's Gregorian month names, wide and abbreviated; knowledge of the trade: confidence high.
"""

from __future__ import annotations

__all__ = ["month_of"]

_NAMES = {
    1: "january januar janvier enero gennaio januari janeiro styczeń stycznia jänner ene gen",
    2: "february februar février febrero febbraio februari fevereiro luty lutego feber févr fév fev lut",
    3: "march märz mars marzo maart março marzec marca mrz mrt maa mär",
    4: "april avril abril aprile kwiecień kwietnia avr abr kwi",
    5: "may mai mayo maggio mei maj maio maja mag",
    6: "june juni juin junio giugno junho czerwiec czerwca giu cze",
    7: "july juli juillet julio luglio julho lipiec lipca juil lug lip",
    8: "august août agosto augusti augustus sierpień sierpnia aou aoû ago sie",
    9: "september septembre septiembre settembre setembro wrzesień września sept set wrz",
    10: "october oktober octobre octubre ottobre outubro październik października okt out ott paź",
    11: "november novembre noviembre novembro listopad listopada lis",
    12: "december dezember décembre diciembre dicembre dezembro grudzień grudnia dez déc dic gru",
}
_SHORTEST = 3  # letters of an abbreviation


def _known() -> dict[str, int]:
    """Every beginning of a name, but those that two months share (French ``jui``)."""
    meant: dict[str, set[int]] = {}
    for number, names in _NAMES.items():
        for name in names.split():
            for size in range(_SHORTEST, len(name) + 1):
                meant.setdefault(name[:size], set()).add(number)
    return {text: min(numbers) for text, numbers in meant.items() if len(numbers) == 1}


_KNOWN = _known()


def month_of(name: str) -> int:
    """Number of the month that a name or its beginning stands for; 0 for none.

    Examples
    --------
    >>> month_of("Sept"), month_of("Dez"), month_of("août"), month_of("Smarch")
    (9, 12, 8, 0)
    """
    return _KNOWN.get(name.casefold().rstrip("."), 0)
