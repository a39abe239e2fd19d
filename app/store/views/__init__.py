"""What a read gives: typed, frozen views that the API answers with and the pages render.

No view knows how it was read, and none is ever written back.
"""
