"""The model as values: classes, properties and lists, from ontology and shapes."""
