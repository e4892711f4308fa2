"""The benchmarks: ``make bench`` runs them and prints a table. Figures are noted, never asserted.

Each bench is a module with ``measure() -> list[Row]``; ``benches.py`` lists them.
"""
