"""The limits everything is compared with: a Flask that says hello, and one that shows 20 posts with Jinja.

Run as a program it serves both on the port given, under the same gunicorn settings as the forum.
"""

from __future__ import annotations

import sqlite3
import sys
import threading

from flask import Flask, render_template, request
from jinja2 import DictLoader
from markupsafe import Markup

from forum.serving import Web

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{{ title }}</title>
<link rel="stylesheet" href="/static/site.css"></head><body><header><a href="/">Home</a> <a href="/threads">Threads</a>
<a href="/groups">Groups</a></header><main><h1>{{ title }}</h1><ol id="posts">
{% for number, name, written, html in posts %}
<li><article id="post-{{ number }}"><header><a href="/members/{{ name }}">{{ name }}</a>
<a href="#post-{{ number }}"><time datetime="{{ written }}">{{ written }}</time> #{{ number }}</a></header>
<div lang="en" dir="auto">{{ html }}</div><footer><a href="?quote={{ number }}">Quote</a></footer></article></li>
{% endfor %}
</ol><nav>{% for n in range(1, 8) %}<a href="?page={{ n }}">{{ n }}</a> {% endfor %}</nav></main></body></html>"""
POSTS = "SELECT number, name, written, html FROM post WHERE number BETWEEN ? AND ? ORDER BY number"

Post = tuple[int, str, str, str]


def keep(path: str, posts: list[Post]) -> None:
    """Put the posts of one thread into a small SQLite database for the bare page."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("DROP TABLE IF EXISTS post")
        connection.execute("CREATE TABLE post (number INTEGER PRIMARY KEY, name TEXT, written TEXT, html TEXT)")
        connection.executemany("INSERT INTO post VALUES (?, ?, ?, ?)", posts)


def create_app(path: str) -> Flask:
    """Two routes and nothing else."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    own = threading.local()

    def connection() -> sqlite3.Connection:
        if not hasattr(own, "connection"):
            own.connection = sqlite3.connect(path)
        kept: sqlite3.Connection = own.connection
        return kept

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.get("/page")
    def page() -> str:
        last = 20 * request.args.get("page", 1, int)
        rows = connection().execute(POSTS, (last - 19, last))
        posts = [(number, name, written, Markup(html)) for number, name, written, html in rows]
        return render_template("page.html", title="Twenty posts", posts=posts)

    return app


if __name__ == "__main__":
    Web(lambda: create_app(sys.argv[1]), f"127.0.0.1:{sys.argv[2]}").run()
