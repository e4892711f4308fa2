"""How the portal looks and behaves in a real browser, page by page."""
