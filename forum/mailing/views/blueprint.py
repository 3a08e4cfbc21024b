"""The one blueprint of this slice."""

from flask import Blueprint

bp = Blueprint("mailing", __name__)
