"""Pages of accounts: entrance, my account, second factor, invitations, members' roles, identity providers, demo."""
