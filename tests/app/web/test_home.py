"""Home: where am I, what next, who noticed."""


def test_a_newcomer_sees_one_small_thing_to_try(as_, cast):
    answer = as_(cast.staff).get("/")
    assert answer.status_code == 200
    assert "次の一歩は、10分でできます。" in answer.text or "分でできます。" in answer.text
    assert "ここに表れることは人事評価に使いません" in answer.text
