"""Protecting the people in the posts: random keys, a screen for details, exports that cannot be joined, deletions."""
