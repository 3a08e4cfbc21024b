"""The name of a cookie that several modules read; it stands below all of them."""

#: In which language somebody wants their pages.
LANGUAGE = "language"
