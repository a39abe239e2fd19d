"""The whole published dataset as files to take along: SQLite, Data Package, seeds, and releases of all three.

Tables of one collection are in `exchange.tables`; which addresses give the files is said in `web.api.releases`.
"""
