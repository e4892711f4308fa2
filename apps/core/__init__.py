"""What every application leans on and which knows none of them."""
