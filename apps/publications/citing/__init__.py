"""How a publication is cited: what there is to say of it, and the formats that reference managers read."""
