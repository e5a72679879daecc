"""The manager's own stairs beside the desk, and what comes next on each."""


def test_the_desk_says_what_comes_next_on_ones_own_stairs(as_, session, cast, climb, now):
    climb(cast.manager, "first-hello", at=now)
    session.commit()
    page = as_(cast.manager).get("/team").text
    own = page[page.index('id="own-stairs"') :]
    assert "次は「慣れた」" in own
    assert own.count("はじめの一歩を待っています") == 2
