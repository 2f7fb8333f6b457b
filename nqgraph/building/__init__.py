"""The build: from sources to a version on disk, one step after the other."""
