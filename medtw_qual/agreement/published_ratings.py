"""Published matrices of ratings that the documentation's examples use. The numbers are facts; the sources are named."""

# Krippendorff (2004, Content Analysis, 2nd ed., p. 230) = Gwet (2014, Handbook of Inter-Rater Reliability, 4th ed.,
# Table 4.4): four coders, twelve units, five categories, seven ratings missing.
gwet_raw4raters: list[list[int | None]] = [
    [1, 1, None, 1],
    [2, 2, 3, 2],
    [3, 3, 3, 3],
    [3, 3, 3, 3],
    [2, 2, 2, 2],
    [1, 2, 3, 4],
    [4, 4, 4, 4],
    [1, 1, 2, 1],
    [2, 2, 2, 2],
    [None, 5, 5, 5],
    [None, None, 1, 1],
    [None, None, 3, None],
]
