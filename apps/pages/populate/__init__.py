"""Bulk synthetic data for benchmarks: many invented people and events, the same ones each time, and no mail."""
