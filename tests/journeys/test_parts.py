"""A developer opens the page with every part."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from app.config import Config
from app.factory import create_app


@pytest.fixture
def app(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app as `flask --debug` starts it."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(config)
    yield app
    app.extensions["stepup_database"].dispose()


@pytest.mark.journey
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_part_is_accessible(
    open_as: Callable[..., Page], accessible: Callable[[Page], None], size: str
) -> None:
    page = open_as("dx", size=size)
    page.goto("/office/parts")
    assert page.locator("h1").count() == 1
    accessible(page)
