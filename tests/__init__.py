"""The tests: on both databases, without mocks, in any order."""
