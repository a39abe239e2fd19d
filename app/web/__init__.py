"""What a reader gets over HTTP: pages, the API, and what both share.

No rule of the domain is here and no SQL; nothing outside this folder imports it.
"""
