"""Every read: functions that select columns and give typed views, in a fixed number of statements.

Nothing is written here, and no reader's words are made.
"""
