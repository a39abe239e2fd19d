"""The benchmarks, each run by `python -m benchmarks.<name>` or by `make`.

Nothing here is part of what is installed; what the figures were is in `docs/performance.md`.
"""
