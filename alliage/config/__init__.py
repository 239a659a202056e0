"""Assembles the site: settings, addresses, processes. Nothing imports it."""
