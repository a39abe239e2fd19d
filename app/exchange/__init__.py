"""Files in and out: seeds (YAML), articles to check evidence against, exports, feeds and charts.

What may be written is the service's to say, and how pages look is the web's.
"""
