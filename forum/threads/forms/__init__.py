"""What a browser may send about threads: shape only."""

from forum.threads.forms.filters import Filters
from forum.threads.forms.writing import DraftForm, EditForm, MoveForm, ReplyForm, ThreadForm, TitleForm, plain_reply

__all__ = ["DraftForm", "EditForm", "Filters", "MoveForm", "ReplyForm", "ThreadForm", "TitleForm", "plain_reply"]
