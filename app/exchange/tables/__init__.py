"""Tables to take along: one definition of columns per collection and for the comparison, and the files they become.

What is in the rows is read by the store's queries; which addresses give which table is decided in `web.api.tables`.
"""
