"""What ``make audit`` does before the checkers of other languages have their turn: see ``.ci/audit``."""
