/** What the demo's people write, and the names of its systems, in the viewer's language. Pure. */
import type { Both, Language } from '../../functions/words/text.ts';

type In<T> = T extends Both ? string : { [Key in keyof T]: In<T[Key]> };

const both = (ja: string, en: string): Both => ({ ja, en });

const table = {
  /** Subjects of tickets by product area. */
  troubles: {
    order: both('注文が確定できない', 'Orders cannot be confirmed'),
    receipt: both('会計後にレシートが出ない', 'No receipt after payment'),
    booking: both('予約が二重に入る', 'Bookings are entered twice'),
    kitchen: both('キッチンに注文が届かない', 'Orders do not reach the kitchen'),
    report: both('売上集計が昨日のまま更新されない', 'Sales report still shows yesterday'),
    login: both('ログインできないスタッフがいる', 'Some staff cannot sign in'),
    payment: both('クレジット決済がときどき失敗する', 'Card payments fail now and then'),
    menu: both('メニューの価格が古いまま表示される', 'The menu shows old prices'),
    queue: both('順番待ちの呼び出しが届かない', 'Guests in the queue are not called'),
    pos: both('画面が固まって操作できない', 'The screen freezes'),
  },
  questions: [
    both('注文の表示順を変える方法', 'How do I change the order of the list?'),
    both('返金の手順について', 'How to refund a payment'),
    both('メニューの並び替えについて', 'How to sort the menu'),
    both('集計期間の決まり方', 'Which hours does a sales day cover?'),
    both('予約枠の設定について', 'How to set up booking slots'),
  ],
  asked: both('設定を教えてください。', 'Where is this set?'),
  shops: [
    both('渋谷店', 'Shibuya'),
    both('新宿店', 'Shinjuku'),
    both('池袋店', 'Ikebukuro'),
    both('上野店', 'Ueno'),
    both('横浜店', 'Yokohama'),
    both('大宮店', 'Omiya'),
    both('千葉店', 'Chiba'),
    both('梅田店', 'Umeda'),
    both('難波店', 'Namba'),
    both('博多店', 'Hakata'),
    both('札幌店', 'Sapporo'),
    both('仙台店', 'Sendai'),
  ],
  alerts: [
    both('注文APIのエラー率', 'Error rate of the order API'),
    both('決済の応答時間', 'Latency of payments'),
    both('キューの滞留', 'Messages waiting in the queue'),
  ],
  alertSummary: both('がしきい値を超えました', ' exceeded its threshold'),
  errorRate: both('エラー率(%)', 'error rate (%)'),
  reproduced: both('同じ操作を再現', 'Reproduced the same steps'),
  lighterWay: both('設定での切り替え', 'Switching it off by a setting'),
  countedInLogs: both('エラーログを店舗ごとに集計', 'Counted the error log by store'),
  successByShop: both('リクエストの成功率を店舗ごとに確認', 'Checked the success rate of requests by store'),
  investigating: both('現在、原因を確認しております。', 'We are looking for the cause.'),
  worksAgain: both('通常どおり業務を行っていただけるようになりました。', 'You can work as usual again.'),
  cause: both(': 調査の結果', ': what we found'),
  fixed: both('恒久対応を反映した', 'The permanent fix is live'),
  prevention: both('検知の条件を追加した', 'Added a condition that detects it'),
  settingChanged: both(
    '設定を変更し、ご利用いただけるようになりました。',
    'We have changed a setting, and you can use it now.',
  ),
  unreadable: both('この形では読み取れない通知', 'A notice in a form that nobody can read'),
  today: {
    mail: both('予約の確認メールが届かない', 'Booking confirmations do not arrive'),
    checkingMail: both('送信の状況を確認しております。', 'We are checking how the mails are sent.'),
    checkingSender: both('送信元の設定を確認しております。', 'We are checking the settings of the sender.'),
    statement: both('取引の明細の見方について', 'How to read the statement of transactions'),
    orders: both('注文が通らない', 'Orders fail'),
    ordersDetail: both(
      'レジで確定を押すとエラーになります。昼の混雑に間に合いません。',
      'Confirming at the register shows an error. The lunch rush is about to begin.',
    ),
  },
  emergency: {
    subject: both('全店で会計ができない', 'No store can take payments'),
    detail: both(
      '会計を押すと「接続できません」と表示され、どの端末でも会計が終わりません。',
      'Pay shows “Cannot connect”, and no terminal completes a payment.',
    ),
    method: both('決済の接続先の応答を確認', 'Checked what the payment provider answers'),
    cash: both(
      '会計ができない状況を確認しております。恐れ入りますが、現金での会計をお願いいたします。',
      'We have confirmed that payments fail. Please take cash for now.',
    ),
    scope: both('決済の失敗を店舗ごとに集計', 'Counted failed payments by store'),
    switching: both(
      '決済会社との接続に原因があることが分かり、別の接続への切り替えを進めております。',
      'The cause is our connection to the payment provider. We are switching to another one.',
    ),
    spare: both('予備の接続に切り替え', 'Switched to the spare connection'),
    switched: both(
      '予備の接続への切り替えを終え、会計ができることを各店舗で確認しております。',
      'We have switched to the spare connection and are checking payments in each store.',
    ),
    recovered: both('会計をご利用いただけるようになりました。', 'You can take payments again.'),
    cause: both('決済会社の接続障害', 'Connection failure at the payment provider'),
  },
  meeting: {
    dropped: both('別の対策で不要になったため', 'Another measure has made it unnecessary'),
    fewerReports: both(
      '新しい質問フォームに入っていた可能性があります。先週の質問を5件読み直します。',
      'The new question form may have taken them. We will read five of last week’s questions again.',
    ),
  },
  /** The action item agreed on after a checkpoint that needs improvement, and its done criteria. */
  improvements: {
    'first-response': [
      both(
        '初動の通知が当番に届いたことを確認できるようにする',
        'Confirm that the first notice reaches the person on call',
      ),
      both('通知の到達率が1週間 100%', 'Every notice of a week was delivered'),
    ],
    'release-flow': [
      both('手動のリリースでも標準のトリガーを通す', 'Release by the standard trigger, also by hand'),
      both('手動リリースが1か月 0件', 'No release by hand for a month'),
    ],
    'tests-run': [
      both('テストの失敗でリリースが止まるようにする', 'Stop a release whose tests fail'),
      both('失敗を無視するテストのステップがない', 'No test step ignores failures'),
    ],
    'scope-confirmed': [
      both('影響店舗の数え方を手順書にする', 'Write down how to count affected stores'),
      both('手順書から10分以内に数えられる', 'Counted within 10 minutes by the runbook'),
    ],
    'customers-updated': [
      both('夜間の定期連絡の交代を決める', 'Agree who updates customers at night'),
      both('連絡漏れが1か月 0回', 'No missed update for a month'),
    ],
  },
} as const;

export type StoryTexts = In<typeof table>;

export const storyTexts = (language: Language): StoryTexts => pick(table, language) as StoryTexts;

function pick(of: object, language: Language): unknown {
  if ('ja' in of) return (of as Both)[language];
  if (Array.isArray(of)) return of.map((each) => pick(each, language));
  return Object.fromEntries(Object.entries(of).map(([key, each]) => [key, pick(each as object, language)]));
}
