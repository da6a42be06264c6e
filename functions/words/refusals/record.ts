/** What is refused of an incident: what is stated about it, its links, and updates to its customers. By its code: what the API answers, Japanese, and English where pages say it otherwise. Pure. */
export const recordRefusals = {
  // The record.
  'no-incident': ['There is no incident {id}.', 'インシデント {id} はありません。'],
  'no-incident-of-id': ['There is no incident of this id.', 'その ID のインシデントはありません。'],
  'says-too-little': ['It does not say enough to be recorded.', '入力が足りません。', 'Something is missing.'],
  'too-much-for-a-record': [
    'It is more than one record can hold. State less at once: fewer customers by name, and their count.',
    '1件の記録に入りきりません。名前を挙げる{customer}を減らし、残りは数で記録してください。',
    'It is more than one record can hold. Name fewer {customer}s, and give the count of the rest.',
  ],
  'in-future': ['The statement is about the future.', '未来のことは記録できません。'],
  'fact-ahead': [
    'It lies ahead; facts are stated once they have happened.',
    '未来の日時です。起きてから記録してください。',
    'This time lies ahead: record what has happened.',
  ],
  ahead: ['It lies ahead.', '未来の日時です。'],
  'before-occurrence': [
    'It cannot have been before the occurrence: {at} is before {occurredAt}.',
    '{at}は発生日時{occurredAt}より前です。どちらかを訂正してください。',
    '{at} is before the occurrence at {occurredAt}. Correct one of the two.',
  ],
  'went-on-after': [
    'It was found to go on at {at}, so it cannot have recovered before that.',
    '{at}に継続中と確認されています。それより前の日時にはできません。',
    'It was found to go on at {at}. The recovery cannot be earlier.',
  ],
  'decided-by-rules': [
    'Rules decide {field}; correct the facts that they judge, such as occurredAt.',
    'この項目はルールで決まります。発生日時など、判定のもとになる項目を訂正してください。',
    'Rules decide this. Correct the facts that they judge, such as when it occurred.',
  ],
  'correction-not-understood': ['The correction cannot be understood.', '訂正の内容を読み取れません。'],
  'not-correctable': [
    'It has to be one of {options}.',
    '訂正できない項目です。一覧から選んでください。',
    'It cannot be corrected. Choose a field of the list.',
  ],
  'not-recorded-yet': [
    'Nothing is recorded there yet; state it with {type}.',
    'まだ記録がありません。訂正ではなく、先に記録してください。',
    'Nothing is recorded there yet. Record it first.',
  ],
  'fewer-than-named': [
    '{n} customers are named; the count cannot be lower.',
    'すでに{n}{customer}が記録されています。それより少なくはできません。',
    '{n} {customer}{n||s} {n|is|are} named; the count cannot be lower.',
  ],
  'not-recovered': [
    'It has not recovered; state recovered.',
    'まだ業務が回復していません。先に業務回復を記録してください。',
    'It has not recovered yet: record the recovery.',
  ],
  'nothing-to-recover-from': [
    'It was not found to occur, so there is nothing to recover from. State verified if it does.',
    '発生を確認できなかったインシデントです。発生しているなら、先に事実確認を記録してください。',
    'It could not be confirmed, so there is nothing to recover from. If it does happen, record that first.',
  ],
  'no-incident-yet': [
    'It is no incident. Answer the question first: what needed a change becomes an incident.',
    '仕様質問です。先に回答してください。対応が必要だったものはインシデントになります。',
  ],
  'some-not-affected': [
    'Some of these customers are not known to be affected. State them with scoped first.',
    '影響を受けたと記録されていない{customer}があります。先に影響範囲を記録してください。',
    'Some of these {customer}s are not recorded as affected. Record the scope first.',
  ],
  'none-affected': [
    'Nobody of these is known to be affected. State them with scoped first.',
    '影響を受けたと記録された{customer}がありません。先に影響範囲を記録してください。',
    'None of these {customer}s is recorded as affected. Record the scope first.',
  ],
  'not-affected': [
    '{id} is not an affected customer of this incident.',
    '{id} は、影響を受けた{customer}として記録されていません。',
    '{id} is not recorded as affected.',
  ],
  'no-such-event': ['The timeline has no such event.', '時系列にその記録はありません。'],
  'retracted-already': ['It has been retracted already.', 'すでに取り消されています。'],
  'sent-by-tool': [
    'The customer has it: it went out by the ticket tool. Send them a correction.',
    'チケットツールから送信済みのため取り消せません。訂正の連絡を送ってください。',
    'It went out by the ticket tool. Send the {customer} a correction.',
  ],
  'unlink-instead': [
    'A link is undone by unlinked.',
    '統合は「統合を解除する」で取り消してください。',
    'Undo a link with Unlink.',
  ],
  'state-again': ['State it again instead.', 'もう一度記録し直してください。', 'Record it again instead.'],
  'not-stated-by-people': [
    'Only what people stated is retracted; this is what came in, or what a rule decided.',
    '取り消せるのは人の記録だけです。受信した内容と自動の判定は取り消せません。',
    'Only what people stated is taken back; this came in, or a rule decided it.',
  ],
  // Links and questions.
  'linked-record-there': [
    'It is linked to {id}: record it there, or unlink this one first.',
    '{id} に統合されています。統合先に記録するか、先に統合を解除してください。',
  ],
  'linked-already': [
    'It is linked to {id} already. Unlink it first.',
    'すでに {id} に統合されています。先に統合を解除してください。',
  ],
  'linked-unlink-first': [
    'It is linked to {id}. Unlink it first.',
    '{id} に統合されています。先に統合を解除してください。',
  ],
  'linked-review-there': [
    'It is linked to {id}: review that one.',
    '{id} に統合されています。統合先を振り返ってください。',
  ],
  'linked-send-there': [
    'It is linked to {id}: send the update from there.',
    '{id} に統合されています。連絡は統合先から送ってください。',
  ],
  'linked-the-other-way': [
    '{id} is linked to this one. Link the other way, or unlink that one first.',
    '{id} はこのインシデントに統合されています。逆向きに統合するか、先に解除してください。',
  ],
  'link-to-no-incident': ['{id} is not an incident.', '{id} はインシデントではありません。'],
  'link-to-itself': ['An incident cannot be linked to itself.', '自分自身には統合できません。'],
  'drill-and-real': ['A drill is never linked to what is real.', '訓練と実際のインシデントは統合できません。'],
  'not-linked': ['It is not linked.', '統合されていません。'],
  'no-question': [
    'It is no question, or no longer one.',
    '仕様質問ではないか、すでにインシデントになっています。',
    'It is not a question, or no longer one.',
  ],
  answered: ['It has been answered.', 'すでに回答済みです。'],
  // Updates to customers.
  'nobody-waits': [
    'It is no incident, so nobody waits for an update.',
    'インシデントではないため、連絡を待つ{customer}はありません。',
    'It is not an incident, so nobody waits for an update.',
  ],
  'all-told-the-end': [
    'Every customer has been told the end. Name the customers who are to receive this.',
    'すべての{customer}に終了の連絡が済んでいます。宛先の{customer}を選んでください。',
    'Every {customer} has been told the end. Choose who is to receive this.',
  ],
  'names-another-customer': [
    'The text names {names}, and would be read by others. Send it with confirmedNames if that is meant.',
    '文面に {names} の名前があり、ほかの{customer}にも送信されます。宛先と文面を確認してください。',
    'The text names {names}, and would be read by others. Check the recipients and the text.',
  ],
  'update-just-sent': [
    'An update to {whom} has just been sent in these words, asked for by {who}. See what has become of it first.',
    '同じ内容の連絡が {whom} に送信されたばかりです({who})。結果を先に確認してください。',
  ],
  'update-on-its-way': [
    'An update to {whom} is being sent, asked for by {who}. See what has become of it first.',
    '{whom} への連絡を送信中です({who})。結果を先に確認してください。',
  ],
  'update-too-late': [
    'It was confirmed more than {n} min ago and not sent. See whether it still holds, and confirm it anew.',
    '確認から{n}分以上たったため、送信していません。内容を確かめ、もう一度送信してください。',
  ],
  'empty-update': ['It has to say something.', '文面を入力してください。', 'Write a message.'],
  'update-too-long': [
    'It is longer than {n} characters.',
    '{n}文字以内で入力してください。',
    'At most {n} characters.',
  ],
  'nobody-chosen': ['Nobody is chosen.', '宛先を選んでください。', 'Choose the customers who receive it.'],
  'too-long-for-jira': ['Jira takes 32,000 characters at most.', 'Jira に送れるのは32,000文字までです。'],
  'placeholder-for-zendesk': [
    'Zendesk might fill in what stands between {{ and }} or {% and %}. Write it otherwise.',
    'Zendesk が {{ と }}、{% と %} の間を置き換えることがあります。ほかの書き方にしてください。',
  ],
} as const;
