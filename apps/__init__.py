"""The applications of the portal, lowest layer first: core, notifications, members, events, pages."""
