"""Backup and restore: database and files in one archive, the same on SQLite and PostgreSQL.

``taking`` writes an archive (``archive``, ``manifest``), ``restoring`` checks one and puts it in place; ``sqlite`` and
``postgres`` know how a database is copied out and built anew, ``engine`` which of them it is.
"""
