"""Reads datasets and renames what stands in them to our terms; infers nothing."""
