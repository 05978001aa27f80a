"""Measures and bands of one indicator, for tests of rules that work out levels."""

SUSPENSION_BANDS = """for Suspension Rate
  measure suspension rate = suspended students ÷ students, as a percent
  measure Status = suspension rate, rounded to 1 decimal
  measure Change = suspension rate − last year's suspension rate, rounded to 1 decimal
  bands Status
    | Very Low    | Low         | Medium      | High        | Very High |
    | 0.5 or less | 1.5 or less | 3.0 or less | 6.0 or less | above 6.0 |
  bands Change
    | Declined Significantly | Declined     | Maintained | Increased   | Increased Significantly |
    | -2.0 or less           | -0.3 or less | below 0.3  | 2.0 or less | above 2.0               |
"""
