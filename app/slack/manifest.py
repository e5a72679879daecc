"""The manifest of our Slack app, to be pasted at api.slack.com/apps under "From a manifest"."""

from typing import Any

SCOPES = {
    "chat:write": "posts, and deletes posts about what was undone",
    "channels:history": "searches a public channel for a post whose answer was lost",
    "groups:history": "the same in a private channel",
    "metadata.message:read": "recognises its own posts by the key in their metadata",
}


def manifest() -> dict[str, Any]:
    """The app manifest as data. The bot must be invited to the channel it posts to."""
    return {
        "display_information": {
            "name": "DXステップアップ",
            "description": "バッジとお墨付きを、本人が望むときだけ、そっとお知らせします。",
            "background_color": "#0b5c7a",
        },
        "features": {"bot_user": {"display_name": "DXステップアップ", "always_online": False}},
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "org_deploy_enabled": False,
            "socket_mode_enabled": False,
            "token_rotation_enabled": False,
        },
    }
