"""The door for assistants: read-only tools of the Model Context Protocol, over HTTP and over stdin and stdout.

What they read is the store's queries, what they take the API's parameters; only `server` needs the `mcp` package, and
it is imported when somebody asks.
"""
