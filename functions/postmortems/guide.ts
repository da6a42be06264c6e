/** What a newcomer reads first, and what the chair goes through; the same every week. Pure. */

export type Locale = 'ja' | 'en';

export const newcomerGuide: Record<Locale, string[]> = {
  ja: [
    'トラブルは起こりえます。失ってはならないのは、顧客からの信頼です。だから、起きたことを隠さず、何が起きているかを顧客に伝え続け、同じことを繰り返さない仕組みを毎週考えます。',
    'このページは毎週月曜に自動で作られます。どのインシデントを載せるか、どれが緊急かは、人ではなくルールで決まります。先週に起票されたインシデントはすべて載っています。',
    '見るのは人ではなくプロセスです。責任を問う場ではありません。名前は、ネクストアクションの担当と、分担すべき負荷としてだけ出てきます。',
    'まず顧客の業務が回復したかを見ます。原因はその後です。回復とは、修正のリリースでもアラートの終了でもなく、顧客がまた業務をできるようになったことです。',
    'チェックポイントは二つの問いに分かれます。「そもそも顧客に影響を与えないために何ができたか」と「当日の対応は妥当だったか」です。記録がないものは「記録なし」で、「適切」にはなりません。',
    'スコアは業務影響度の重みと影響を受けた顧客数の区分の積です。参考値は会議の前に分かっていたこと、確定値は会議で確認したことから、同じ規則で計算されます。',
    '件数が減ったときは喜ばず、減った分の報告がどのワークフローに流れているかを確かめます。',
    'インシデントは、業務が回復し、振り返りが済むまで、毎週戻ってきます。分からないことは、分からないと書いて構いません。',
  ],
  en: [
    'Trouble may happen; trust must not be lost. So we hide nothing, keep customers told of what is happening, and look every week for ways to keep it from happening again.',
    'This page is generated every Monday. Rules, not people, decide which incidents are on it and how urgent they were: every incident filed last week is here.',
    'We look at the process, not at people. Nobody is asked to answer for anything. Names appear as owners of next actions, and in the workload balance.',
    'The first question is whether the customer can work again; the cause comes after. Recovered means that the customer can work again, not that a fix shipped or an alert closed.',
    'Checkpoints ask two things: what would have kept the customer from being affected, and whether what we did that day was adequate. What nobody recorded is “no record”, which never counts as met.',
    'A score is the weight of the business impact times the bracket of affected customers. The reference comes from what was known before the meeting, the confirmed score from what the meeting confirms, by the same rule.',
    'When counts fall we do not cheer: we ask where these reports are going instead.',
    'An incident comes back every week until it is recovered and reviewed. Not knowing is an answer: say so.',
  ],
};

export const chairChecklist: Record<Locale, string[]> = {
  ja: [
    '初めて参加する人がいれば「ニューカマー向け説明」を一緒に読む。',
    'ネクストアクション:期限超過から順に。完了なら証跡を付け、担当・チケット・完了条件が欠けたものは埋める。',
    '警告:件数が減ったときは、減った分の報告がどのワークフローに流れているかを確かめ、答えを残す。抜き取り確認の質問を読み直す。',
    '足りないデータ:その場で分かるものを記録する。分からなければ「不明」と記録する。',
    'インシデント:一件ずつ、影響・影響顧客数・原因を確認して確定し、二つの見出しのチェックポイントを見る。時間が足りなければスコアの高いものから。',
    '「要改善」と「記録なし」のチェックポイントごとに、仕組みで防ぐネクストアクションを決める(担当・チケット・完了条件)。',
    '持ち越し:まだ回復していないインシデントの次の一手を決める。',
    '負荷の偏りを見て、次週の分担を決める。',
    '次回の進行役を決め、このポストモーテムを「実施済み」にする。',
  ],
  en: [
    'If somebody is here for the first time, read the newcomer’s guide together.',
    'Next actions, overdue ones first: close with evidence what is done; fill in owner, ticket and done-when where one lacks.',
    'Alarms and questions: where counts fell, ask where these reports are going instead and write the answer down. Read the sample of questions again.',
    'Missing data: record what is known in the room. Record “unknown” where it is not.',
    'Incidents, one by one: confirm impact, affected customers and cause, and go through the checkpoints under both headings. Highest score first where time is short.',
    'For every checkpoint to improve and every one without a record, agree on a next action that changes the process (owner, ticket, done-when).',
    'Carried over: decide the next step for each incident that has not recovered.',
    'Look at the workload balance and decide who takes what next week.',
    'Name the next chair, and mark this postmortem as held.',
  ],
};
