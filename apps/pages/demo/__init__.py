"""The demo: real facts of the group, invented people, sample events, and the loaders that make rows of them."""
