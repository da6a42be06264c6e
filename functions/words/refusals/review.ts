/** What is refused of the meeting, its next actions, what lies in quarantine, drills and the search. By its code: what the API answers, Japanese, and English where pages say it otherwise. Pure. */
export const reviewRefusals = {
  // The meeting, its reviews and next actions.
  'no-bundle': ['That week has no bundle.', 'その週のポストモーテムはありません。', 'That week has no postmortem.'],
  'no-bundle-yet': [
    '{week} has no bundle yet. Assemble it first.',
    '{week} のポストモーテムはまだ作成されていません。先に作成してください。',
  ],
  'week-ahead': ['{week} has not begun.', '{week} はまだ始まっていません。'],
  'week-not-over': [
    '{week} is not over: it can be held from {at}.',
    '{week} はまだ終わっていません。終わってから実施済みにできます。',
    '{week} is not over yet: mark it as held afterwards.',
  ],
  'assembled-by-others': [
    'The bundle is being assembled by others. Ask again.',
    'ほかの人が作成中です。もう一度お試しください。',
    'It is being assembled. Try again.',
  ],
  'held-by-others': [
    'The bundle is being assembled by others. Hold it again.',
    'ほかの人が作成中です。もう一度お試しください。',
    'It is being assembled. Try again.',
  ],
  held: [
    '{week} has been held, and reads the same for ever. Say it in the next meeting.',
    '{week} は実施済みのため変更できません。次回のポストモーテムで記録してください。',
  ],
  'not-for-this-meeting': ['It cannot be recorded for this meeting.', 'このポストモーテムには記録できません。'],
  'not-on-the-agenda': [
    'It is not on the agenda: take an id of the bundle’s agenda, or an incident’s.',
    '議題にありません。議題の項目かインシデントを選んでください。',
  ],
  'meeting-full': [
    'The record of this meeting is full. Keep it shorter, or write it down elsewhere.',
    'このポストモーテムの記録の上限に達しました。短くするか、別の場所に記録してください。',
  ],
  'answered-meanwhile': [
    'Somebody else has answered meanwhile. Send it again, and both stay.',
    'ほかの人が先に答えました。もう一度送信すると、両方が残ります。',
  ],
  'choice-required': [
    'Some actions were carried so often that the meeting has to choose: done, another date, or dropped.',
    '持ち越しが続いたアクションがあります。完了・再計画・見送りのいずれかを選んでから実施済みにしてください。',
  ],
  'review-says-nothing': [
    'Say it, say that it is unknown, or leave the incident for later.',
    '記録するか、「不明」を選ぶか、「確定せず次へ」で進んでください。',
  ],
  'mitigate-first': [
    'State the mitigation first: it has none yet.',
    '先に一次対応を記録してください。',
    'Record the mitigation first.',
  ],
  'nothing-to-confirm': [
    'Nothing is known of it that could be confirmed. Say what is, or say in a note that it is not.',
    '確定できる内容がまだありません。分かることを入力するか、分からないことを補足に書いてください。',
  ],
  'only-incidents-reviewed': [
    'It is filed as {kind}; only incidents are reviewed.',
    'インシデントではないため、振り返りの対象外です。',
    'It is not an incident; only incidents are reviewed.',
  ],
  'no-draft-bundle': [
    'No draft bundle shows it. Its week is {week}; assemble that bundle, or wait for Monday.',
    '準備中の週次ポストモーテムに含まれていません({week} の分です)。月曜日までお待ちください。',
    'No weekly postmortem that is still open shows it. Its week is {week}; wait for Monday.',
  ],
  'no-action': ['There is no next action {id}.', 'ネクストアクション {id} はありません。'],
  'action-not-recorded': ['The next action cannot be recorded.', 'ネクストアクションを記録できません。'],
  'action-not-understood': ['The next action is not understood.', '入力内容を読み取れません。'],
  'action-lacks': [
    'It stays proposed until it is whole.',
    '担当・チケット・完了条件がそろうまでは「提案」のままです。',
  ],
  'action-lacks-this': ['An agreed action needs this.', '合意には必要です。'],
  'done-without-evidence': ['Done needs evidence.', '完了には証跡が必要です。'],
  'link-the-evidence': ['Link what shows that it is done.', '完了を示すリンクを入力してください。'],
  'dropped-without-reason': ['Dropping needs a reason.', '取りやめには理由が必要です。'],
  'say-why-dropped': ['Say why it is not needed.', '不要な理由を入力してください。'],
  'action-closed': ['It is closed.', 'すでに終了しています。'],
  'closed-without-date': ['What is closed has no date to plan.', '完了・見送りのアクションの期限は変えられません。'],
  'not-planned': ['It cannot be planned so.', 'この日付では計画できません。'],
  'not-ahead': ['It has to lie ahead.', 'これから先の日付ではありません。'],
  'closed-needs-no-ticket': ['It is closed: it needs no ticket.', '終了したアクションのチケットは作成できません。'],
  'has-ticket': ['It has a ticket already.', 'すでにチケットがあります。'],
  'ticket-being-made': ['Its ticket is being made already.', 'チケットを作成中です。'],
  // Quarantine.
  settled: ['It is settled; it stays so.', 'すでに処理済みです。'],
  'message-of-our-own': [
    'It is a message of our own: nobody can mend it by hand.',
    'Metronome 自身のメッセージのため、手では直せません。',
  ],
  'body-too-large': [
    'The body is {n} bytes, and no more than {most} are taken.',
    '大きすぎます({n}バイト、上限{most}バイト)。',
  ],
  dismissed: ['It was dismissed; it stays so.', '対応不要とされています。'],
  'body-cut': [
    'Only the beginning of its {n} bytes is kept. Have its sender send it again.',
    '長すぎるため最初の部分だけが残っています({n}バイト)。送信元に再送を依頼してください。',
  ],
  'nothing-reads': ['Nothing here reads what came from {source}.', '{source} からの内容を読み取る受信口がありません。'],
  'still-unreadable': [
    '{why} It stays in quarantine.',
    '読み取れませんでした。読み取りエラーに残ります。',
    'It could not be read, and stays here.',
  ],
  'mended-facts-only': [
    'A mended body states facts only, in the name of who mended it.',
    '直した本文に書けるのは事実だけです。あなたの報告として起票されます。',
  ],
  'mended-event': [
    'It tells of an event at its tool, such as a reply or an end. Leave that out, or record it on the incident yourself.',
    '返信や解決など、ツールでの出来事は書けません。取り除くか、起票後に自分で記録してください。',
  ],
  'mended-drill': [
    'It is marked as a drill. Leave the mark out, or dismiss it; a drill is made from a real incident.',
    '訓練の印は付けられません。取り除くか、対応不要としてください。訓練は実際のインシデントから始めます。',
  ],
  'mended-reports-nothing': [
    'It reports nothing: it is a connection test, or of no interest. Dismiss it instead.',
    '報告ではありません(接続テストなど)。対応不要としてください。',
  ],
  replayed: [
    'It was replayed; its incident is on record.',
    'すでに読み取り済みです。インシデントは記録されています。',
    'It has been read; its incident is on record.',
  ],
  // Drills, search and the policy.
  'no-such-drill': ['A drill like that cannot be held.', 'その内容では訓練を始められません。'],
  'nothing-to-practise': [
    'It is no incident, so there is nothing to practise.',
    'インシデントではないため、訓練にできません。',
  ],
  'drill-of-a-drill': [
    'It is a drill itself. Replay the incident that it was made from.',
    'これは訓練です。元のインシデントから再現してください。',
  ],
  'nothing-kept': [
    'Nothing that came in about it is kept any more, so nothing can be replayed.',
    '届いた報告がもう保存されていないため、再現できません。',
  ],
  'too-many-reports': [
    'That would be {n} reports. A drill has at most {most}: ask for fewer times.',
    '報告が{n}件になります。訓練は{most}件までです。倍率を下げてください。',
  ],
  'nothing-to-search': ['There is nothing to search by.', '検索する言葉がありません。'],
  'give-something-to-search': [
    'Give a code, a ticket, a customer or words, {n} characters at most.',
    '番号・チケット・{customer}・件名の言葉を{n}文字以内で入力してください。',
    'Give a code, a ticket, a {customer} or words, {n} characters at most.',
  ],
  'no-such-policy': ['There was never a policy of this version here.', 'この版のルールはありません。'],
} as const;
