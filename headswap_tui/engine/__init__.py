"""Joins store, API, scheduler and downloads into one running thing that the dashboard and the commands talk to."""
