"""The people's view: sample, coding desk, coding log, sheets, consensus, memos and retrieval."""
