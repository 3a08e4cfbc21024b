"""Making a letter of a mail, in a process of its own: it knows neither database nor web, only the bytes it was given.

Everything here runs in the child, but for `circumstances` and `saying`, which both sides know.
"""
