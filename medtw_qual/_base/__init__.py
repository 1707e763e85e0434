"""The ground floor: files, tables, append-only logs, hashes, errors, progress and the style of figures."""
