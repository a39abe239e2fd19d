"""The one text index: what is searched, and which entities a query matches.

How a page of matches is read is said by the collections.
"""
