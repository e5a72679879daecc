"""Turns the Markdown of the catalogue into safe HTML."""

import re
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup
from mdit_py_cjk_friendly import cjk_friendly

from challenges.text import followable

# CommonMark wants a space or ASCII punctuation around "**". Without the plug-in, **「重要」**です
# would not be bold.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).use(cjk_friendly)

_TAGS = {"p", "strong", "em", "code", "pre", "ul", "ol", "li", "a", "br", "blockquote"}


_ON_THIS_SITE = re.compile(r"[/#](?![/\\])[!-~]*")
"""A browser takes "//" and "/\\" for the beginning of another host."""


# A process reads the catalogue again after each load, and nearly all its texts are as before.
@lru_cache(maxsize=4096)
def as_html(text: str) -> Markup:
    """The text as paragraphs of HTML, safe to put into a page."""
    return _cleaned(_MARKDOWN.render(text))


@lru_cache(maxsize=4096)
def as_inline_html(text: str) -> Markup:
    """One line of text as HTML without a paragraph around it."""
    return _cleaned(_MARKDOWN.renderInline(text))


def _cleaned(html: str) -> Markup:
    return Markup(nh3.clean(html, tags=_TAGS, attribute_filter=_checked))  # noqa: S704  # cleaned here


def _checked(_tag: str, name: str, value: str) -> str | None:
    """The value of an attribute, or None for an address that no page may open."""
    if name != "href" or _ON_THIS_SITE.fullmatch(value):
        return value
    return followable(value)
