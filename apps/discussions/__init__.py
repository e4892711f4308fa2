"""Threads: technical discussions that stay findable, by name or under the Chatham House Rule."""
