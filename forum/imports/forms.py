"""What a browser may send about a file to bring in: shape only."""

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired

from forum.kernel.i18n import _


class FileForm(FlaskForm):
    file = FileField(_("File"), validators=[FileRequired(_("Choose a CSV or RIS file."))])
