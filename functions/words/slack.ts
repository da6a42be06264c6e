/** What Slack shows: the card of an incident, its buttons, modals, and what is answered to who pressed. Pure. */
import type { Both } from './language.ts';

/** On a card; `{customer}` is what the policy calls one. */
export const cardWords = {
  status: { ja: '状態', en: 'Status' },
  emergency: { ja: '緊急事態', en: 'EMERGENCY' },
  owner: { ja: '担当', en: 'Assignee' },
  nobody: { ja: '未定', en: 'unassigned' },
  next: { ja: '次の連絡期限', en: 'Next update due' },
  scope: { ja: '影響{customer}の確認期限', en: 'Scope to be confirmed by' },
  nobodyWaits: { ja: '連絡待ちの{customer}はありません', en: 'no {customer}s waiting' },
  andMore: { ja: '{name} ほか{n}{customer}', en: '{name} and {n} more' },
  others: { ja: '特定できていない{customer}', en: '{customer}s not yet named' },
  missing: { ja: '未確認の項目', en: 'Not known yet' },
  andMoreFields: { ja: 'ほか{n}件', en: '{n} more' },
  linkedTo: { ja: '{code} に統合されています。記録は統合先にお願いします。', en: 'Linked to {code}. Record there.' },
  recovered: { ja: '業務回復 {at}', en: 'recovered {at}' },
  occurred: { ja: '発生', en: 'Occurred' },
  reported: { ja: '第一報', en: 'First report' },
  unknown: { ja: '不明', en: 'unknown' },
  ticket: { ja: 'チケット', en: 'Ticket' },
  open: { ja: '開く', en: 'Open' },
  take: { ja: '担当します', en: 'I’m on it' },
  takeOver: { ja: '担当を代わる', en: 'Take over' },
  happens: { ja: '発生中と確認した', en: 'Confirmed, still happening' },
  happensAgain: { ja: 'まだ起きている', en: 'It still happens' },
  update: { ja: '{customer}に連絡する', en: 'Update them' },
  recover: { ja: '業務が回復した', en: 'Recovered' },
  recoverTitle: { ja: '業務は回復しましたか', en: 'Can they work again?' },
  recoverAsk: {
    ja: '影響を受けたすべての{customer}が業務を再開できる状態であれば、回復として記録します。回復の連絡は「{customer}に連絡する」から送信してください。',
    en: 'It is recorded that every affected {customer} can work again. Tell them so with “Update them”.',
  },
  recoverYes: { ja: '回復した', en: 'Yes, recovered' },
  recoverNo: { ja: 'まだ', en: 'Not yet' },
  recoverAll: {
    ja: '{code}: 次の{n}{customer}すべての業務が回復しましたか: {names}',
    en: '{code}: can all of these {n} {customer}s work again? {names}',
  },
  recoverAllYes: { ja: 'すべて回復した', en: 'Yes, all of them' },
} satisfies Record<string, Both>;

/** In modals. Titles and buttons have 24 characters. */
export const modalWords = {
  skeletonTitle: { ja: 'Metronome', en: 'Metronome' },
  /** Before it is known who reads it. */
  loading: { ja: '読み込んでいます… / Loading…', en: '読み込んでいます… / Loading…' },
  close: { ja: '閉じる', en: 'Close' },
  updateTitle: { ja: '{customer}に連絡する', en: 'Update them' },
  updateSubmit: { ja: '送信する', en: 'Send' },
  whom: { ja: '宛先', en: 'To' },
  whomChoose: { ja: '{customer}を選ぶ', en: 'Choose' },
  whomFirst: {
    ja: '{of}{customer}のうち{n}{customer}です。残りは送信後にもう一度開いてください。',
    en: 'The first {n} of {of}. Open this again afterwards for the rest.',
  },
  inConsole: { ja: 'コンソールから連絡してください。', en: 'Tell them from the console.' },
  names: { ja: '{customer}の名前', en: 'Names' },
  namesYes: {
    ja: 'ほかの{customer}の名前を書くことに問題はない',
    en: 'It may name one {customer} to another',
  },
  namesHint: {
    ja: '選ばなければ、ほかの{customer}の名前がある文面は送信されません。',
    en: 'Without this, a text that names one {customer} to another is not sent.',
  },
  next: { ja: 'この後の連絡(送信後にもう一度開く): {names}', en: 'After this, by opening it again: {names}' },
  message: { ja: '文面', en: 'Message' },
  recovery: { ja: '業務回復の連絡', en: 'Recovery message' },
  recoveryYes: { ja: 'これは業務が回復したという連絡です', en: 'This message says that they can work again' },
  leaves: { ja: 'チケットに送信: {names}', en: 'Sent on the ticket: {names}' },
  byHand: { ja: '手動で送信が必要: {names}({why})', en: 'To be sent by hand: {names} ({why})' },
  nobody: { ja: '影響を受けた{customer}がまだ記録されていません。', en: 'No affected {customer} is known yet.' },
  reportTitle: { ja: 'インシデントの報告', en: 'Report an incident' },
  reportSubmit: { ja: '報告する', en: 'Report' },
  subject: { ja: '何が起きていますか', en: 'What is happening?' },
  ongoing: { ja: '継続していますか', en: 'Does it go on?' },
  impact: { ja: '業務影響度', en: 'Business impact' },
  customer: { ja: '影響を受けた{customer}', en: 'Affected {customer}' },
  customerHint: { ja: 'ID、空白、名前の順に。例: store-12 渋谷店', en: 'Its id, a blank, its name: store-12 Shibuya' },
  occurred: { ja: '何分前に起きましたか', en: 'How many minutes ago did it occur?' },
  description: { ja: '詳しい状況', en: 'Details' },
  kindOfReport: { ja: '種別', en: 'Kind' },
  drill: { ja: '訓練', en: 'Drill' },
  drillYes: { ja: '訓練として記録する', en: 'Record it as a drill' },
} satisfies Record<string, Both>;

/** What is answered to who pressed or typed, and to nobody else. */
export const answerWords = {
  refused: { ja: '記録できませんでした: {why}', en: 'It was not recorded: {why}' },
  yourText: { ja: 'お書きになった文面:', en: 'What you wrote:' },
  alreadyYours: { ja: '{code} はすでにあなたが担当しています。', en: '{code} is yours already.' },
  alreadyTaken: {
    ja: '{code} はすでに {who} が担当しています。代わる場合は、カードの「担当を代わる」を押してください。',
    en: '{code} has been taken by {who}. To take over, press “Take over” on the card.',
  },
  alreadyConfirmed: {
    ja: '{code} が発生中であることは記録済みです({at})。',
    en: 'That {code} is happening is recorded already ({at}).',
  },
  alreadyRecovered: {
    ja: '{code} の業務回復は記録済みです({at})。まだ起きている場合は、カードの「まだ起きている」を押してください。',
    en: '{code} is recorded as recovered already ({at}). If it still happens, press “It still happens” on the card.',
  },
  notOccurring: {
    ja: '{code} は発生を確認できなかったと記録されています。起きている場合は、カードの「まだ起きている」を押してください。',
    en: '{code} could not be confirmed. If it happens, press “It still happens” on the card.',
  },
  isOpen: { ja: '{code} は対応中です。', en: '{code} is open.' },
  linked: {
    ja: '{code} は {to} に統合されています。記録は統合先にお願いします。',
    en: '{code} is linked to {to}. Record it there.',
  },
  noIncident: { ja: '{code} はインシデントではありません。', en: '{code} is no incident.' },
  unknownIncident: { ja: 'このインシデントは見つかりません。', en: 'There is no such incident.' },
  notKnown: {
    ja: '記録できませんでした。Metronomeはあなたを確認できません({why})。ワークスペースのメンバーとして、確認済みのメールアドレスをSlackのプロフィールに登録してください。ゲスト、ボット、他社のワークスペースの方は、コンソールをご利用ください。',
    en: 'Nothing was recorded: Metronome does not know you ({why}). Be a member of this workspace, with a confirmed e-mail address in your Slack profile. Guests, bots and people of other workspaces cannot record here.',
  },
  'why.team': { ja: '別のワークスペースに所属', en: 'of another workspace' },
  'why.bot': { ja: 'ボット', en: 'a bot' },
  'why.guest': { ja: 'ゲスト', en: 'a guest' },
  'why.deleted': { ja: '無効なアカウント', en: 'a deactivated account' },
  'why.email': { ja: 'メールアドレスなし、または未確認', en: 'no confirmed e-mail address' },
  'why.domain': { ja: '登録外のドメイン', en: 'an e-mail address of another domain' },
  'why.unknown': { ja: 'Slackにいない', en: 'not known to Slack' },
  slackRefuses: {
    ja: '記録できませんでした。SlackがMetronomeの問い合わせを拒否しています({why})。コンソールで記録し、運用担当者に知らせてください。',
    en: 'Nothing was recorded: Slack refuses what Metronome asks of it ({why}). Record it in the console, and tell whoever runs Metronome.',
  },
  modalLate: {
    ja: '画面を開けませんでした。もう一度押してください。',
    en: 'The form could not be opened. Please press again.',
  },
  sent: { ja: '{code} の連絡を受け付けました: {names}', en: 'The update on {code} is on its way: {names}' },
  byHand: {
    ja: '{code} の次の宛先には送信できません。次の文面を手動で送信し、コンソールで記録してください: {names}({why})',
    en: '{code}: these are to be sent by hand, and recorded in the console: {names} ({why})',
  },
  filed: { ja: '{code} を起票しました: {title}', en: '{code} was filed: {title}' },
  keptAs: { ja: '{code} を{kind}として受け付けました: {title}', en: '{code} was kept as a {kind}: {title}' },
  found: { ja: '「{q}」の検索結果({n}件)', en: '{n} found for “{q}”' },
  more: { ja: 'ほかにもあります。コンソールで検索してください。', en: 'There are more: search in the console.' },
  nothingFound: { ja: '「{q}」に当てはまるインシデントはありません。', en: 'Nothing was found for “{q}”.' },
  mine: { ja: 'あなたが担当している対応中のインシデント({n}件)', en: 'Open incidents that are yours ({n})' },
  nothingMine: { ja: 'あなたが担当している対応中のインシデントはありません。', en: 'No open incident is yours.' },
  help: {
    ja: '`/metronome` 報告する\n`/metronome M-7K2QXB` または言葉で検索\n`/metronome mine` 自分の担当',
    en: '`/metronome` report\n`/metronome M-7K2QXB`, or words: find\n`/metronome mine` what is yours',
  },
} satisfies Record<string, Both>;
