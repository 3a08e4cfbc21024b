"""Text, pages, metadata and a picture out of files nobody vouches for, in a process that cannot do harm.

It knows neither the web, nor the database, nor what a resource is: bytes in, pages out. `reading.read` is the door.
"""
