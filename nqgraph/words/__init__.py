"""What everything else speaks with: texts, names, errors, where files lie."""
