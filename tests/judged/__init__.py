"""How well search finds what people want, on the real record: judged queries, and the measures of an engine's answers.

`python -m tests.judged` prints them for each engine side by side.
"""
