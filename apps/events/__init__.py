"""Events, participation, reminder rules and calendar files."""
