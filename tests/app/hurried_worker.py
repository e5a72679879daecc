"""The web worker with less patience, so that a test need not wait half a minute."""

from app.web_worker import Worker


class Hurried(Worker):
    """What a test gives to ``--worker-class``."""

    to_arrive = 3
    idle = 2
    stuck = 2
