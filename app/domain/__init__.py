"""The rules of the field (R1 to R9): pure functions and schemas over plain values.

Nothing here knows a database, a file format or the web.
"""
