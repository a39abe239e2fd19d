"""The database: models, sessions, reads (`queries`), writes (`service`), revisions and search.

No rule of the field is decided here and no reader's words are written here.
"""
