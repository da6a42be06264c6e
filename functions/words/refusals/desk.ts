/** What a page, a form or a field of a body is refused for. By its code: what the API answers, Japanese, and English where pages say it otherwise. Pure. */
export const deskRefusals = {
  // Pages and forms.
  'no-page': ['There is no such page.', 'そのページはありません。'],
  'no-file': ['There is no such file.', 'そのファイルはありません。'],
  'no-such-method': ['This page does not take that.', 'このページでは受け付けられない操作です。'],
  'forms-only': ['Only ordinary forms are taken here.', 'この形式では受け付けられません。'],
  'foreign-form': [
    'This form did not come from a page of the console, or the page is too old. Load it again.',
    'この画面から送られたものと確認できませんでした。ページを読み込み直してください。',
  ],
  'console-closed': [
    'The console is closed: IAP_AUDIENCE is not set.',
    'IAP_AUDIENCE が設定されていないため、この画面は閉じています。',
  ],
  'no-assertion': [
    'There is no assertion of Identity-Aware Proxy. Come in through it.',
    'Identity-Aware Proxy を経由して開いてください。',
  ],
  'unverified-assertion': [
    'The assertion of Identity-Aware Proxy could not be verified. Sign in again.',
    'サインインを確認できませんでした。もう一度サインインしてください。',
  ],
  'failed-here': [
    'Something failed here; it is logged.',
    '記録しました。もう一度お試しください。',
    'It is logged. Try again.',
  ],
  'seen-too-early': [
    'Somebody has recorded something since this was read. Read it again, then decide.',
    'まだ記録していません。上の内容を確かめ、よろしければもう一度送ってください。入力した内容は残っています。',
    'Nothing was recorded. Look at what was, and send it again if it still holds; what you typed is kept.',
  ],
  'key-used': [
    'This Idempotency-Key was used for another request. Use a new one.',
    'この画面は別の内容で送信済みです。ページを読み込み直してください。',
    'This form has been sent with other content. Load the page again.',
  ],
  'not-understood': ['It is not understood.', '入力内容を読み取れません。', 'Something is missing or wrong.'],
  'statement-not-understood': ['The statement is not understood.', '入力内容を読み取れません。'],
  'review-not-understood': ['The review is not understood.', '入力内容を読み取れません。'],
  'report-not-understood': ['The report is not understood.', '入力内容を読み取れません。'],
  'update-not-understood': ['The update is not understood.', '入力内容を読み取れません。'],
  // Fields.
  blank: ['It may not be blank.', '空欄にはできません。'],
  'needed-here': ['It is needed here.', '入力してください。'],
  'not-a-link': ['It has to be an http or https address.', 'http または https のアドレスを入力してください。'],
  'not-a-time': [
    'It has to be a time such as 2026-11-24T09:50:00+09:00.',
    '日時として読み取れません。',
    'It has to be a time such as 2026-11-24 09:50.',
  ],
  'not-a-date': ['It has to be a date such as 2026-12-18, or a time.', '日付(2026-12-18 など)ではありません。'],
  'not-a-week': [
    'It has to be an ISO 8601 week that exists, such as 2026-W47.',
    '実在する週を 2026-W47 の形で入力してください。',
  ],
  'not-a-whole-number': ['It has to be a whole number.', '整数を入力してください。'],
  'not-between': ['It has to be a number from {least} to {most}.', '{least}から{most}までの数値を入力してください。'],
  'not-whole-between': [
    'It has to be a whole number from {least} to {most}.',
    '{least}から{most}までの整数を入力してください。',
  ],
  'not-an-incident-id': [
    'It has to be an incident’s id.',
    'インシデントの ID かアドレスを入力してください。',
    'It has to be an incident’s id or address.',
  ],
  'not-an-event-id': [
    'It has to be the id of an event on the timeline.',
    '時系列にある記録を選んでください。',
    'It has to be an event on the timeline.',
  ],
  'not-a-statement': ['It has to be one of the types that people record.', '記録できる種類ではありません。'],
  // What Zod finds.
  'zod-text-too-long': [
    'Too big: expected string to have <={n} characters',
    '{n}文字以内で入力してください。',
    'At most {n} characters.',
  ],
  'zod-text-too-short': [
    'Too small: expected string to have >={n} characters',
    '空欄にはできません。',
    'It may not be blank.',
  ],
  'zod-list-too-long': [
    'Too big: expected array to have <={n} items',
    '{n}件以内にしてください。',
    'At most {n} {n|entry|entries}.',
  ],
  'zod-list-too-short': [
    'Too small: expected array to have >={n} items',
    '1つ以上選んでください。',
    'Choose at least one.',
  ],
  'zod-number-too-large': ['Too big: expected number to be <={n}', '{n}以下で入力してください。', 'At most {n}.'],
  'zod-number-too-small': ['Too small: expected number to be >={n}', '{n}以上で入力してください。', 'At least {n}.'],
  'zod-option': [
    'Invalid option: expected one of {options}',
    '選択肢から選んでください。',
    'Choose one of the options.',
  ],
  'zod-missing': ['Invalid input: expected {kind}, received undefined', '必須です。', 'It is required.'],
  'zod-whole-number': [
    'Invalid input: expected int, received {what}',
    '整数を入力してください。',
    'It has to be a whole number.',
  ],
  'zod-type': [
    'Invalid input: expected {kind}, received {what}',
    '入力内容の形式が違います。',
    'It has the wrong form.',
  ],
  'zod-format': [
    'Invalid string: must match pattern {pattern}',
    '入力内容の形式が違います。',
    'It has the wrong form.',
  ],
  'zod-unknown-keys': ['Unrecognized keys: {key}', '不明な項目です。', 'These are not known fields.'],
  'zod-wrong': ['Invalid input', '入力内容の形式が違います。', 'It has the wrong form.'],
} as const;
