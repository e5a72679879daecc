"""Markdown of the catalogue as safe HTML. Without the CJK plug-in **「重要」**です would not be
bold."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_cjk_friendly import cjk_friendly

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).use(cjk_friendly)


_TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "br", "blockquote"}


def as_html(text: str) -> Markup:
    """Paragraphs of HTML that may be put into a page as they are."""
    return Markup(nh3.clean(_MARKDOWN.render(text), tags=_TAGS))  # noqa: S704  # cleaned on the line itself


def as_inline_html(text: str) -> Markup:
    """The same for one line, without a paragraph around it."""
    return Markup(nh3.clean(_MARKDOWN.renderInline(text), tags=_TAGS))  # noqa: S704  # cleaned on the line itself
