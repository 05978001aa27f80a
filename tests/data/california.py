"""The vocabulary of the published files, built by hand, so that these tests need no compiler."""

from __future__ import annotations

from fractions import Fraction

from rulelang.core.file_layouts import Column, FileFormat, FileName, LevelCodes, RowKind
from rulelang.core.vocabulary import (
    DerivedLevel,
    Indicator,
    IndicatorKind,
    LeaKind,
    MinimumSize,
    Outcome,
    Priority,
    Scale,
    Scope,
    StudentGroup,
    Vocabulary,
)
from rulelang.core.years import Years

DISTRICT, SCHOOL = "???????0000000", "??????????????"
STATUS_CODES = ("Very Low", "Low", "Medium", "High", "Very High")
NOT_MET_TWICE = "Not Met for Two or More Years"


def _years(*spans: tuple[int, int | None]) -> tuple[Years, ...]:
    return tuple(Years(first, last) for first, last in spans)


COLORED = _years((2017, 2019), (2023, None))


def _state(
    name: str,
    color: tuple[Years, ...],
    status: tuple[Years, ...],
    *,
    aliases: tuple[str, ...] = (),
    lower: bool = False,
) -> Indicator:
    groups = ("English Learners", "Long-Term English Learners") if name == "ELPI" else ()
    return Indicator(name, "state", Scope.GROUP, {"color": color, "Status": status}, lower, groups, aliases=aliases)


def _local(name: str, long: str, number: int, first: int = 2017) -> Indicator:
    years = _years((first, 2019), (2022, None))
    return Indicator(name, "local", Scope.LEA, {"rating": years}, in_files=(long, str(number)))


INDICATORS = (
    _state("ELA", COLORED, _years((2017, None)), aliases=("English Language Arts",)),
    _state("Math", COLORED, _years((2017, None)), aliases=("Mathematics",)),
    _state("ELPI", _years((2017, 2017), (2023, None)), _years((2017, 2017), (2019, None))),
    _state("Graduation Rate", COLORED, _years((2017, None))),
    _state("Chronic Absenteeism", _years((2018, 2019), (2023, None)), _years((2018, None)), lower=True),
    _state("Suspension Rate", COLORED, _years((2017, None)), aliases=("Suspension",), lower=True),
    _state("College/Career", _years((2018, 2019), (2024, None)), _years((2017, 2019), (2023, None)), aliases=("CCI",)),
    _local("Basics", "Basic-Priority Area 1", 1),
    _local("Implementation of State Academic Standards", "Academic-Priority Area 2", 2),
    _local("Parent Engagement", "Parents-Priority Area 3", 3),
    _local("School Climate", "Climate-Priority Area 6", 6),
    _local("Access to a Broad Course of Study", "Access-Priority Area 7", 7, 2018),
    _local("Coordination of Services for Expelled Pupils", "Expelled-Priority Area 9", 9),
    _local("Coordination of Services for Foster Youth", "FosterYouth-Priority Area 10", 10),
)

GROUPS = (
    StudentGroup("AA", "African American", aliases=("Black/African American",)),
    StudentGroup("AI", "American Indian"),
    StudentGroup("AS", "Asian"),
    StudentGroup("EL", "English Learners", aliases=("English Learner",)),
    StudentGroup("LTEL", "Long-Term English Learners", Years(2024)),
    StudentGroup("FI", "Filipino"),
    StudentGroup("FOS", "Foster Youth"),
    StudentGroup("HI", "Hispanic"),
    StudentGroup("HOM", "Homeless"),
    StudentGroup("PI", "Pacific Islander"),
    StudentGroup("SED", "Socioeconomically Disadvantaged"),
    StudentGroup("SWD", "Students with Disabilities"),
    StudentGroup("MR", "Two or More Races", other_codes=("TOM",)),
    StudentGroup("WH", "White"),
)

LARGE_AGENCIES = ("school district", "county office")

STATE_FILES = {
    "ELA": ("ela38", "ela", "ELA"),
    "Math": ("math38", "math", "MATH"),
    "ELPI": ("elpi", "elpi", "ELPI"),
    "Graduation Rate": ("grad", "grad", "GRAD"),
    "Chronic Absenteeism": ("", "chronic", "CHRONIC"),
    "Suspension Rate": ("susp", "susp", "SUSPENSION"),
    "College/Career": ("cci", "cci", "CCI"),
}


def _state_files() -> tuple[FileName, ...]:
    files = []
    for indicator, (before, since, early) in STATE_FILES.items():
        if before:
            files.append(FileName((before + "download{year}f.txt",), Years(2017, 2017), indicator))
        of_dass = ("graddownload{year}dassonly.txt",) if indicator == "Graduation Rate" else ()
        files.append(FileName((since + "download{year}.txt", early + "_{year}.txt", *of_dass), Years(2018), indicator))
    return tuple(files)


def _codes(levels: tuple[str, ...]) -> dict[str, str | None]:
    return {"0": None} | {str(number): level for number, level in enumerate(levels, 1)}


STATE_FORMAT = FileFormat(
    "state",
    _state_files(),
    (
        Column("LEA code", ("cds",)),
        Column("LEA name", ("schoolname", "districtname")),
        Column("county", ("countyname",)),
        Column("student group", ("studentgroup",), "EL"),
        Column("students", ("currdenom",)),
        Column("color", ("color",)),
        Column("Status", ("statuslevel",)),
        Column("Dashboard year", ("reportingyear",), None, ("{year}", "{year}f")),
    ),
    (RowKind({"rtype": "D"}, (DISTRICT,)), RowKind({"rtype": "S", "charter_flag": "Y"}, (SCHOOL,))),
    dict.fromkeys(("ALL", "ELO", "RFP", "EO", "SBA", "CAA", "CAST", ""), "not a student group of the criteria"),
    (
        LevelCodes("color", _codes(("Red", "Orange", "Yellow", "Green", "Blue"))),
        LevelCodes("Status", _codes(STATUS_CODES)),
        LevelCodes("Status", _codes(STATUS_CODES[::-1]), True),
    ),
    (
        RowKind({"rtype": "S", "charter_flag": ""}, (SCHOOL,)),
        RowKind({"rtype": "S", "charter_flag": "N"}, (SCHOOL,)),
        RowKind({"rtype": "X"}, ("0" * 14,)),
    ),
    {"": (Years(2018, 2018),)},
)

LOCAL_FORMAT = FileFormat(
    "local",
    (
        FileName(("LocalIndPerf{year}.txt",), Years(2017, 2018)),
        *(
            FileName(tuple(f"Pr{one.in_files[1]}{{year}}.{end}" for end in ("xlsx", "txt")), Years(2019), one.name)
            for one in INDICATORS
            if one.kind == "local"
        ),
    ),
    (
        Column("LEA code", ("CDS", "cdsCode")),
        Column("LEA name", ("LEAname", "lea")),
        Column("county", ("Countyname",), ""),
        Column("indicator", ("LocalIndicator", "priorityNumber")),
        Column("rating", ("Performance", "countyPerformance")),
        Column("Dashboard year", ("year", "reportingyear"), "", ("{year}",)),
    ),
    level_codes=(
        LevelCodes(
            "rating",
            {
                "Met": "Met",
                "Not Met": "Not Met",
                "Not Met For Two or More Years": NOT_MET_TWICE,
                "NA": None,
                "": None,
            },
        ),
    ),
)

LISTED = ("school district", "county office")

PUBLISHED_FORMAT = FileFormat(
    "published lists",
    (
        FileName(("assistancestatus{year}.xls", "assistancestatus{year}.xlsx"), Years(2017, 2017), kinds=LISTED),
        FileName(("assistancestatus{yy}.xlsx",), Years(2018, 2018), kinds=LISTED),
        FileName(("assistancestatus{yy}-rev.xlsx", "assistancestatus{yy}.xlsx"), Years(2019, 2019), kinds=LISTED),
        FileName(("assistancestatus{yy}.xlsx",), Years(2022), kinds=LISTED),
    ),
    (
        Column("LEA code", ("CDS",)),
        Column("LEA name", ("LEAname", "districtname")),
        Column("county", ("Countyname",)),
        Column("Dashboard year", ("ReportingYear", "ReportYear"), "", ("{year}", "{year}f")),
        Column("priorities of the student group", ("{group}priorities", "{group}_PRIORITIES"), ""),
        Column("determination", ("AssistanceStatus{year}", "Assistance_Status")),
        Column("Method 1", ("MetMethod1",), ""),
        Column("Method 2", ("MetMethod2",), ""),
        Column("Method 3", ("MetMethod3",), ""),
    ),
    blanks=("*",),
)

PRIORITY_CODES = {
    "A": {4, 5, 6},
    "B": {4, 5},
    "C": {5, 6},
    "D": {4, 6},
    "E": {4, 8},
    "F": {5, 8},
    "G": {6, 8},
    "H": {4, 5, 8},
    "I": {4, 6, 8},
    "J": {5, 6, 8},
    "K": {4, 5, 6, 8},
}

ASSISTANCE, GENERAL = "Differentiated Assistance", "General Assistance"


def california() -> Vocabulary:
    """Return the vocabulary of `rulesets/vocabulary.rules`, as far as data is concerned."""
    return Vocabulary(
        name="California Dashboard",
        years=(2017, 2018, 2019, 2022, 2023, 2024, 2025),
        suspended={2020: "no state indicators were published", 2021: "no performance levels were published"},
        scales=(
            Scale("color", ("Red", "Orange", "Yellow", "Green", "Blue")),
            Scale("Status", STATUS_CODES, turns=True),
            Scale("rating", (NOT_MET_TWICE, "Not Met", "Met")),
        ),
        indicator_kinds=(IndicatorKind("state", Scope.GROUP), IndicatorKind("local", Scope.LEA)),
        indicators=INDICATORS,
        groups=GROUPS,
        kinds=(
            LeaKind("county office", "county offices", "??10???0000000"),
            LeaKind("school district", "school districts", "???????0000000"),
            LeaKind("charter school", "charter schools", "??????????????"),
        ),
        priorities=tuple(Priority(number, f"Priority {number}") for number in range(1, 11)),
        outcomes=(
            Outcome(ASSISTANCE, "determination"),
            Outcome(GENERAL, "determination"),
            *(Outcome(f"Method {number}", "method") for number in (1, 2, 3)),
        ),
        minimum_sizes={
            "Status": (
                MinimumSize(Fraction(15), ("Foster Youth", "Homeless"), LARGE_AGENCIES),
                MinimumSize(Fraction(15), ("Homeless",), ("charter school",), Years(2022, 2022)),
                MinimumSize(Fraction(15), ("Long-Term English Learners",), LARGE_AGENCIES, Years(2024)),
                MinimumSize(Fraction(30)),
            )
        },
        derived_levels=(
            DerivedLevel("rating", NOT_MET_TWICE, Years(2018, 2018), (("Not Met", 2017), ("Not Met", 2018))),
        ),
        formats=(STATE_FORMAT, LOCAL_FORMAT, PUBLISHED_FORMAT),
        priority_codes={code: frozenset(numbers) for code, numbers in PRIORITY_CODES.items()},
        determination_codes={
            "Differentiated Support": ASSISTANCE,
            "General Support": GENERAL,
            ASSISTANCE: ASSISTANCE,
            f"{ASSISTANCE}, Year 1": ASSISTANCE,
            GENERAL: GENERAL,
        },
    )
