"""Public pages, the dashboard and what looks across all applications."""
