"""The report of a study: one page to read, search, print and hand on, without a network."""
