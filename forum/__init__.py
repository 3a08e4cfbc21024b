"""The online home of the Justice With Children community of practice."""

__version__ = "0.1.0"
