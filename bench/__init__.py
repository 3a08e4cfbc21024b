"""What the forum costs, as multiples of a bare Flask measured in the same run: `python -m bench`, or `make bench`.

Machines are shared and noisy, so the figure to trust is CPU per request relative to "hello". Loopback only.
"""
