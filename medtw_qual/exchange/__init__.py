"""Projects for and from other programs: REFI-QDA and spreadsheets."""
