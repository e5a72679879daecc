"""The Slack app as Slack should set it up: paste it at api.slack.com/apps, "From a manifest"."""

from typing import Any

SCOPES = {
    "chat:write": "posts, and takes away what was undone",
    "channels:history": "looks for a post whose answer was lost, in a public channel",
    "groups:history": "the same in a private channel",
    "metadata.message:read": "knows a post of its own by the key in its metadata",
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
