"""The community seen through its hashtags: activity, participants, first use, company, inequality, gaps and change."""
