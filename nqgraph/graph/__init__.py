"""The graph itself: stored, opened and asked."""
