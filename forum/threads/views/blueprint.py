"""The one blueprint all pages of conversations belong to."""

from flask import Blueprint

bp = Blueprint("threads", __name__)
