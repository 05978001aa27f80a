"""The words made-up LEAs are called by. They are clearly invented: no county or district has such a name."""

from __future__ import annotations

PLACES = (
    "Amberwick", "Bluefern", "Cinderhollow", "Dandelion Reach", "Eldermoss", "Foxglove", "Gullwater", "Hazelmere Bend",
    "Inkwell", "Juniper Sound", "Kestrelgate", "Lanternbrook", "Marrowfield", "Nettlecombe", "Otterstone",
    "Pebbleshore", "Quillhaven", "Rookery Flats", "Saltmarrow", "Thistledown", "Umberlake", "Velvet Pines",
    "Wrenfold", "Yarrowdale", "Zephyr Hills", "Applecroft", "Brambleway", "Cloverstead", "Driftmoor", "Emberglen",
    "Fernhollow", "Goldenrush", "Heronsgate", "Ivorybank", "Jackdaw Ridge", "Kingfisher Cove", "Larkmeadow",
    "Mistlebury", "Nightjar", "Oatfield", "Plumhaven", "Quartzford", "Rushwater", "Sorrelton", "Tansyvale",
    "Underwillow", "Violet Crossing", "Whistlewood", "Yewbarrow", "Zinnia Park", "Acorn Landing", "Buttercup",
    "Copperleaf", "Dovetail", "Elmshadow", "Flintridge Hollow", "Gorsebank", "Honeywell Creek", "Icicle Bluff",
    "Jasmine Point",
)  # fmt: skip
"""Names of counties and, with a word after them, of districts."""

DISTRICT_ENDINGS = ("Unified", "Elementary", "Union Elementary", "Joint Unified", "Union High", "City Elementary")
SCHOOL_ENDINGS = ("Charter Academy", "Learning Collaborative", "School of the Arts", "Science Charter", "Preparatory")
OFFICE_ENDING = "County Office of Education"
