"""Which LEAs people ask for: by codes, names and parts of names, and counties by name or number."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

from rulelang.core.record import LeaRecord
from rulelang.core.record_words import folded
from rulelang.core.vocabulary import Vocabulary
from rulelang.diagnostics.catalogue import run as say
from rulelang.diagnostics.diagnostic import Diagnostic

Place = tuple[str, str, str]
"""The code, name and county of an LEA."""

_PARTED_CODE: Final = re.compile(r"[0-9][0-9 -]*[0-9]")
"""A code as some lists part it: 27-66035-0000000."""


def place_of(record: LeaRecord) -> Place:
    """Return the code, name and county of an LEA."""
    return record.code, record.name, record.county


def places_of(records: Iterable[LeaRecord]) -> Iterator[Place]:
    """Yield the code, name and county of each LEA that can be asked for: what only other years have cannot."""
    return (place_of(record) for record in records if not record.only_in)


def leas_named(asked: str, names: Mapping[str, str]) -> list[str]:
    """Return the codes of the LEAs that may be meant, given the names of all LEAs by their codes.

    That is the one with the code, or with the code except for trailing zeros; those of the name; or those with the
    words in their names. None may be, and several may be.
    """
    wanted = folded(asked)
    if asked.strip() in names or wanted in names:
        return [asked.strip() if asked.strip() in names else wanted]
    if _PARTED_CODE.fullmatch(wanted):
        digits = re.sub("[ -]", "", wanted)
        return [code for code in names if code.startswith(digits) and not code[len(digits) :].strip("0")]
    within = [code for code, name in names.items() if wanted and wanted in folded(name)]
    return [code for code in within if folded(names[code]) == wanted] or within


def is_of_county(asked: str, place: Place, vocabulary: Vocabulary) -> bool:
    """Return whether an LEA is in a county that is asked for by its name, with or without `County`, or its number."""
    code, _, county = place
    wanted = folded(asked)
    if wanted in vocabulary.counties:
        return code.startswith(wanted)
    return bool(wanted) and folded(county).removesuffix(" county") == wanted.removesuffix(" county")


def not_there(
    places: Iterable[Place], leas: Sequence[str], counties: Sequence[str], vocabulary: Vocabulary
) -> Iterator[Diagnostic]:
    """Yield a message for each LEA asked for that does not exist or may be several, and each county without an LEA."""
    listed = list(places) if leas or counties else []
    names = {code: name for code, name, _ in listed}
    absent = [asked for asked in counties if not any(is_of_county(asked, place, vocabulary) for place in listed)]
    elsewhere = {place[0]: place[2] for place in listed if not absent and not _is_of_any(counties, place, vocabulary)}
    for asked, meant in zip(leas, _meant(listed, leas, counties, vocabulary), strict=True):
        if not meant:
            yield say.lea_not_in_data(asked, names)
        elif len(meant) > 1:
            yield say.several_leas(asked, {code: names[code] for code in meant})
        elif meant[0] in elsewhere:
            yield say.lea_in_another_county(asked, elsewhere[meant[0]])
    known = sorted({county for _, _, county in listed if county})
    yield from (say.county_not_in_data(asked, known) for asked in absent)


def chosen_codes(
    places: Iterable[Place], leas: Sequence[str], counties: Collection[str], vocabulary: Vocabulary
) -> frozenset[str]:
    """Return the codes of the LEAs and of the counties asked for: the intersection of both, and all if neither is.

    A request that may mean several LEAs chooses none.
    """
    listed = list(places)
    meant = _meant(listed, leas, counties, vocabulary)
    codes = {found[0] for found in meant if len(found) == 1} if leas else {code for code, *_ in listed}
    return frozenset(place[0] for place in listed if place[0] in codes and _is_of_any(counties, place, vocabulary))


def _meant(
    listed: Sequence[Place], leas: Sequence[str], counties: Collection[str], vocabulary: Vocabulary
) -> list[list[str]]:
    """Return the codes that each LEA asked for may mean: in the counties asked for, or anywhere if none is there."""
    names = {code: name for code, name, _ in listed} if leas else {}
    near = {place[0]: place[1] for place in listed if leas and _is_of_any(counties, place, vocabulary)}
    return [leas_named(asked, near) or leas_named(asked, names) for asked in leas]


def _is_of_any(counties: Collection[str], place: Place, vocabulary: Vocabulary) -> bool:
    return not counties or any(is_of_county(one, place, vocabulary) for one in counties)
