"""People, organisations, groups, invitations and who may do what."""
