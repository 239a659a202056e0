"""Members: sign-in, roles, invitations, consents."""
