"""Keeps the site running: doctor, run, health."""
