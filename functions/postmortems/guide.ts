/** What a newcomer reads first, and what the chair goes through; the same every week. Pure. */
import { policy } from '../policy.ts';
import type { Language } from '../words/text.ts';

const { ja: customer, en: customerEn } = policy.customerLabel;

export const newcomerGuide: Record<Language, string[]> = {
  ja: [
    `インシデントは起きます。大切なのは、${customer}の信頼を失わないことです。起きたことを隠さず、状況を${customer}に伝え続け、再発を防ぐ仕組みを毎週考えます。`,
    'このページは毎週月曜に自動で作成されます。掲載するインシデントと緊急性はルールで決まり、先週起票されたインシデントはすべて載っています。',
    '個人の責任を問う場ではなく、仕組みを振り返る場です。名前が出るのは、ネクストアクションの担当と負荷の偏りだけです。',
    `最初に${customer}の業務が回復したかを確かめ、原因はその後に確認します。業務回復とは、修正の完了やアラートの終了ではなく、${customer}が業務を再開できたことです。`,
    `チェックポイントの問いは2つです。「そもそも${customer}に影響を与えないために何ができたか」「当日の対応は妥当だったか」。記録がないものは「記録なし」とし、「適切」には数えません。`,
    `スコアは、業務影響度の重みに、影響${customer}数の区分を掛けた値です。参考値はポストモーテムの前に記録された内容、確定値はポストモーテムで確認した内容から、同じルールで計算します。`,
    '件数が減っても安心せず、その分の報告がどの窓口や手順に回っているかを確かめます。',
    'インシデントは、業務が回復して振り返りが済むまで、毎週議題になります。分からないことは「不明」で構いません。',
  ],
  en: [
    `Things break. Trust shouldn’t. So we hide nothing, keep ${customerEn}s informed, and look every week for ways to prevent a recurrence.`,
    'This page is generated every Monday. Rules decide which incidents are on it and how urgent they were: every incident filed last week is here.',
    'This review is blameless: it looks at the process. Names appear only as owners of action items and in the workload balance.',
    `First we ask whether the ${customerEn} can work again, then what the cause was. Recovery means that the ${customerEn} can work again, not that a fix shipped or an alert closed.`,
    `Checkpoints ask two things: what could have kept ${customerEn}s from being affected, and whether we responded well. Anything without a record is “no record”, which never counts as met.`,
    `A score is the weight of the business impact times the bracket of affected ${customerEn}s. The reference comes from what was recorded before the postmortem, the confirmed score from what the postmortem confirms, by the same rule.`,
    'When counts fall, we ask where these reports are going instead.',
    'An incident returns every week until it has recovered and been reviewed. “Unknown” is a valid answer.',
  ],
};

export const chairChecklist: Record<Language, string[]> = {
  ja: [
    '初めて参加する人がいれば「はじめて参加する方へ」を一緒に読む。',
    'ネクストアクション:期限超過から順に確認する。完了したものには証跡を付け、担当・チケット・完了条件の未入力を埋める。',
    '警告:件数が減ったときは、減った分の報告がどの窓口や手順に回っているかを確かめ、答えを記録する。抜き取り確認の質問を読み直す。',
    '記録のない項目:その場で分かるものを記録する。分からなければ「不明」と記録する。',
    `インシデント:1件ずつ、業務影響度・影響${customer}数・原因を確認して確定し、チェックポイントを見る。時間が足りなければスコアの高いものから扱う。`,
    '「要改善」と「記録なし」のチェックポイントごとに、仕組みで防ぐネクストアクションを決める(担当・チケット・完了条件)。',
    '持ち越し:まだ回復していないインシデントの次の対応を決める。',
    '負荷の偏りを見て、次週の分担を決める。',
    '次回の進行役を決め、このポストモーテムを「実施済み」にする。',
  ],
  en: [
    'If someone is here for the first time, read “For first-time attendees” together.',
    'Action items, overdue ones first: close completed ones with evidence; fill in any missing owner, ticket, or done criteria.',
    'Alarms: where counts fell, ask where these reports are going instead, and record the answer. Re-read the sample of questions.',
    'Missing data: record what the attendees know. Otherwise record “unknown”.',
    `Incidents, one by one: confirm business impact, affected ${customerEn}s, and cause, then go through the checkpoints. If time is short, start with the highest score.`,
    'For every checkpoint that needs improvement or has no record, agree on an action item that changes the process (owner, ticket, done criteria).',
    'Carried over: decide the next step for each incident that has not recovered.',
    'Look at the workload balance, and decide who takes what next week.',
    'Choose the next chair, and close this postmortem.',
  ],
};
