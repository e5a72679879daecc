"""The sentences of each finding of the lint, with placeholders for its values.

campaign_findings.py fills them in. A code and its sentences come and go together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from challenges.campaigns.lint import codes
from challenges.errors import N_


@dataclass(frozen=True, slots=True)
class Template:
    """The sentences of a code, with placeholders for the values of a finding."""

    what: str
    why: str
    mend: str


SENTENCES: Mapping[str, Template] = {
    codes.JAPANESE_MISSING: Template(
        N_("「%(field)s」の日本語がまだありません。"),
        N_("日本語で読む人には、ここが空いて見えます。"),
        N_("日本語を一文、書き足してください。"),
    ),
    codes.ENGLISH_MISSING: Template(
        N_("「%(field)s」の英語がまだありません。"),
        N_("画面を英語で使う同僚もいます。その人にも同じことが伝わるようにします。"),
        N_("英語を一文、書き足してください。短くて大丈夫です。"),
    ),
    codes.STOP_WHEN_MISSING: Template(
        N_("「やめるとき」がまだありません。"),
        N_("先に決めておくと、災害や繁忙のときに迷わず止められます。参加する人も安心です。"),
        N_("「災害対応に三日以上入ったら、止めます。」のように、一文で書いてください。"),
    ),
    codes.NOBODY_REACHED: Template(
        N_("対象の人が、初日に一人もいません。"),
        N_("このままでは、だれにも届きません。"),
        N_("「全職員」か、所属か、管理職を選んでください。"),
    ),
    codes.UNIT_UNKNOWN: Template(
        N_("%(units)sは、いまの組織に見つかりません。"),
        N_("名前が変わったか、組織改正でなくなった所属です。そこの人には届きません。"),
        N_("引き継いだ所属を選び直すか、この所属を外してください。"),
    ),
    codes.UNIT_EMPTY: Template(
        N_("%(units)sには、初日にも最終日にも人がいません。"),
        N_("組織改正でなくなったか、まだできていない所属です。"),
        N_("引き継いだ所属を選び直すか、この所属を外してください。"),
    ),
    codes.UNIT_ENDED: Template(
        N_("%(units)sには、初日か最終日に人がいません。"),
        N_("期間の途中でなくなる所属では、始めた人が終わりまで参加できません。"),
        N_("引き継ぐ所属に替えるか、期間を所属のある間に動かしてください。"),
    ),
    codes.CHALLENGE_MISSING: Template(
        N_("チャレンジがまだ選ばれていません。"),
        N_("登る段がないと、だれも参加できません。"),
        N_("まず一つ、五分でできるものから選んでみてください。"),
    ),
    codes.CHALLENGE_UNKNOWN: Template(
        N_("%(challenges)sというチャレンジは、カタログにありません。"),
        N_("書きまちがいか、別の版のカタログから来たものです。数えられません。"),
        N_("カタログにあるチャレンジを選び直してください。"),
    ),
    codes.NOTHING_OPEN: Template(
        N_("選んだチャレンジが、期間中に一つもひらいていません（%(challenges)s）。"),
        N_("だれも登れないキャンペーンになってしまいます。"),
        N_("いま募集しているチャレンジを一つ足すか、期間を動かしてください。"),
    ),
    codes.CHALLENGE_RETIRED: Template(
        N_("%(challenges)sは、募集を終えています。"),
        N_("これから始める人は、この段を登れません。"),
        N_("一覧から外すか、ほかのチャレンジに替えてください。"),
    ),
    codes.PROJECT_NOT_BEGUN: Template(
        N_("%(challenges)sのプロジェクトは、%(day)sから始まります。最終日のあとです。"),
        N_("期間中は、まだだれも始められません。"),
        N_("外すか、期間を始まりのあとに動かしてください。"),
    ),
    codes.MANAGERS_ONLY: Template(
        N_("%(challenges)sは管理職向けですが、対象に管理職がいません。"),
        N_("登れる人が一人もいない段になります。"),
        N_("対象に管理職を加えるか、このチャレンジを外してください。"),
    ),
    codes.STEP_UNKNOWN: Template(
        N_("%(challenges)sには、選んだ段（%(steps)s段目）がありません。いまは%(most)s段です。"),
        N_("ない段は、だれにも登れません。"),
        N_("段を選び直してください。選ばなければ、すべての段を数えます。"),
    ),
    codes.QUIZ_WITHOUT_KEY: Template(
        N_("%(challenges)sのクイズに、正解の決まっていない問いがあります。"),
        N_("採点できないので、だれも先へ進めません。"),
        N_("カタログのファイルを直すか、このチャレンジを外してください。"),
    ),
    codes.HABIT_TOO_LONG: Template(
        N_("%(challenges)sの「慣れた」には%(days)s日いりますが、期間の開庁日は%(working)s日です。"),
        N_("毎日続けても間に合わない段は、がっかりのもとになります。"),
        N_("期間をのばすか、「慣れた」の段を外してください。"),
    ),
    codes.FIRST_DAY_MISSING: Template(
        N_("初日がまだ決まっていません。"),
        N_("初日になると、日付が変わるときにひとりでにひらきます。"),
        N_("初日を選んでください。"),
    ),
    codes.LAST_DAY_MISSING: Template(
        N_("最終日がまだ決まっていません。"),
        N_("終わりが見えると、始めやすくなります。"),
        N_("最終日を選んでください。四週間ほどが目安です。"),
    ),
    codes.DAYS_REVERSED: Template(
        N_("最終日（%(last_day)s）が、初日（%(first_day)s）より前です。"),
        N_("このままでは、一日もひらきません。"),
        N_("初日と最終日を入れ替えるか、年を確かめてください。"),
    ),
    codes.PERIOD_TOO_LONG: Template(
        N_("期間が%(first_day)sから%(last_day)sまでになっています。"),
        N_("年の打ちまちがいかもしれません。キャンペーンは長くても%(longest)s日までです。"),
        N_("年を確かめてください。"),
    ),
    codes.PERIOD_OVER: Template(
        N_("最終日（%(last_day)s）が、もう過ぎています。"),
        N_("公開した日には、もう終わっていることになります。"),
        N_("これからの日に動かしてください。"),
    ),
    codes.GOAL_MISSING: Template(
        N_("みんなの目あてがまだ決まっていません。"),
        N_("目あてがあると、絵が育っていくのを一緒に楽しめます。"),
        N_("「みんなで○段」の数を入れてください。所属ごとの目あてはいりません。"),
    ),
    codes.LONG_SENTENCE: Template(
        N_("「%(begins)s…」の文が%(letters)s文字あります。"),
        N_("一息で読めるのは、%(longest)s文字くらいまでです。"),
        N_("「。」で二つに分けてみてください。"),
    ),
    codes.LONG_PURPOSE: Template(
        N_("趣旨が%(letters)s文字あります。"),
        N_("スマートフォンで読み切れるのは、%(longest)s文字くらいまでです。"),
        N_("いちばん伝えたいことを残し、あとは削ってみてください。"),
    ),
    codes.JARGON: Template(
        N_("「%(word)s」に説明がありません。"),
        N_("初めて見る人は、ここで読むのをやめてしまいます。"),
        N_("最初の一回に「%(word)s（%(gloss)s）」のように添えてください。"),
    ),
    codes.LONG_ENGLISH: Template(
        N_("英語の「%(begins)s…」の文が%(words)s語あります。"),
        N_("一息で読めるのは、%(longest)s語くらいまでです。"),
        N_("二つの文に分けてみてください。"),
    ),
    codes.JARGON_IN_ENGLISH: Template(
        N_("英語の「%(word)s」に説明がありません。"),
        N_("英語で読む同僚も、初めて見る言葉のところで読むのをやめてしまいます。"),
        N_("最初の一回に「%(word)s (%(gloss)s)」のように添えてください。"),
    ),
    codes.NOBODY_REVIEWS: Template(
        N_("%(reached)s人のうち%(people)s人には、確認する管理職がいません（%(units)s）。"),
        N_("申請は%(review_days)s開庁日を待って自動で達成になり、そのあいだ何も返ってきません。"),
        N_("代理を決めてもらうか、自分で記録する段だけを選んでください。"),
    ),
    codes.MANY_REVIEWS: Template(
        N_(
            "管理職の確認が、一人あたり週%(expected)s件になりそうです。この半年は週%(before)s件でした。"
        ),
        N_(
            "対象%(reached)s人×参加%(share)s％（%(basis)s）×確認のいる段%(steps)s"
            "÷管理職%(managers)s人÷%(weeks)s週で出した数です。"
        ),
        N_("確認のいる段を減らすか、期間をのばすか、管理職に先に知らせてください。"),
    ),
    codes.CROWDED: Template(
        N_(
            "%(first_day)sから%(last_day)sまで、%(people)s人に%(count)s本のキャンペーンが重なります。"
        ),
        N_("同時に届くのは%(most)s本までが、無理のない数です。重なる相手：%(campaigns)s。"),
        N_("初日をずらすか、対象を分けてください。"),
    ),
    codes.PROJECT_BEGINS_LATER: Template(
        N_("%(challenges)sのプロジェクトは、期間の途中（%(day)s）から始まります。"),
        N_("それまでは、まだだれも始められません。"),
        N_("初日を合わせるか、趣旨にひとこと書いておいてください。"),
    ),
    codes.NOTHING_WITHOUT_TOOLS: Template(
        N_(
            "選んだ%(count)s件は、どれもパソコンかSlackが必要です（パソコン%(pc)s件、Slack%(slack)s件）。"
        ),
        N_("窓口や現場など、どちらも手元にない人が参加できません。"),
        N_("どちらもなくてできるチャレンジを、一つ足してみてください。"),
    ),
    codes.QUICK_BADGE: Template(
        N_("%(challenges)sだけなら、%(minutes)s分で参加のバッジが届きます。"),
        N_(
            "%(least)s分より短いと、やってみた手ごたえが残りにくくなります。入口としてなら大丈夫です。"
        ),
        N_("入口として残すなら、このままで結構です。気になるときは、次の段を数えてください。"),
    ),
    codes.HABIT_TIGHT: Template(
        N_("%(challenges)sの「慣れた」までに%(days)s日いりますが、残る開庁日は%(left)s日です。"),
        N_("これから始める人は、期間のうちに届きません。"),
        N_("期間をのばすか、はじめの段だけを数えてください。"),
    ),
    codes.OWNER_MISSING: Template(
        N_("担当が空いています。"),
        N_(
            "異動や退職で役割が終わると、担当も終わります。キャンペーンは事務局のもので、このまま続きます。"
        ),
        N_("新しい担当を一人、決めてください。"),
    ),
    codes.BEGINS_IN_PAST: Template(
        N_("初日（%(first_day)s）が、もう過ぎています。"),
        N_("その日からの段も数えますが、知らないうちに始まっていたことになります。"),
        N_("これからの日に動かすか、さかのぼる訳を趣旨に書いてください。"),
    ),
    codes.MOSTLY_CLOSED: Template(
        N_("%(days)s日のうち、開庁日は%(working)s日だけです。"),
        N_("参加は勤務時間のなかで、という約束です。休みが多いと始める日がありません。"),
        N_("開庁日が半分より多くなるように、期間を動かしてください。"),
    ),
    codes.OVER_CLOSURE: Template(
        N_("年末年始の閉庁が%(days)s日入っています。"),
        N_("休みの間に流れが切れ、休み中も気にする人が出てきます。"),
        N_("年内に終えるか、年明けから始められないか、考えてみてください。"),
    ),
    codes.GOAL_ABOVE_LAST_YEAR: Template(
        N_("目あて%(target)s段は、昨年の%(brought)s段の%(times)s倍です。"),
        N_("絵が育たないまま終わると、頑張った人ほど残念に思います。"),
        N_("昨年の%(far)s倍までにすると、届きそうに見えます。"),
    ),
    codes.GOAL_ABOVE_MONTHS: Template(
        N_("目あて%(target)s段は、昨年の同じ時期から見込める%(brought)s段の%(times)s倍です。"),
        N_("昨年の同じ日数に一人が登った段を、今回の対象の人数に直した見込みです。"),
        N_("見込みの%(far)s倍までから始めると、届きそうに見えます。"),
    ),
    codes.GOAL_SHARE_ABOVE: Template(
        N_("参加%(target)s％の目あては、これまでの平均%(brought)s％の%(times)s倍です。"),
        N_("絵が育たないまま終わると、参加した人ほど残念に思います。"),
        N_("これまでの%(far)s倍までにすると、届きそうに見えます。"),
    ),
}
