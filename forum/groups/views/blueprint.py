"""The one blueprint that the pages of this slice share."""

from flask import Blueprint

bp = Blueprint("groups", __name__)
