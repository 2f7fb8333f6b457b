"""What is said of a thing, and which things there are; no HTML."""
