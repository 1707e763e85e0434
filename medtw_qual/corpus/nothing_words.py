"""Words that programs write into empty cells."""

# R, pandas, SQL and spreadsheets. "none" and "na" in small letters are words of people's own.
NOTHING_WORDS = frozenset(
    {"NA", "N/A", "n/a", "#N/A", "NaN", "nan", "null", "NULL", "Null", "None", "<NA>", "\\N", "undefined"}
)
