"""What templates lean on."""

from app.web.templating import attributes


def test_what_a_macro_is_given_becomes_attributes():
    assert (
        attributes({"hx_post": "/x", "required": True, "maxlength": 400})
        == ' hx-post="/x" required maxlength="400"'
    )


def test_what_is_not_so_is_left_out():
    assert (
        attributes({"required": False, "autocomplete": None, "type": "button", "class_": "wide"})
        == ""
    )


def test_what_people_wrote_cannot_leave_its_attribute():
    assert attributes({"aria_label": '"><script>'}) == ' aria-label="&#34;&gt;&lt;script&gt;"'
