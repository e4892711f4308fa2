"""What the group publishes: papers with their authors and files."""
