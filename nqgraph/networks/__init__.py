"""One network of things, and every picture of it."""
