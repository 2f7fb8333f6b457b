"""What is wrong with a graph: findings from shapes and rules, and reports of them."""
