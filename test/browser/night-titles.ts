/** What shops write as the subject of a ticket, as they come: no two of a night need to share a word. */
import { judgeCandidates } from '../../functions/find/candidates.ts';
import type { Policy } from '../../functions/policy.ts';

export const nightTitles = [
  '注文が通らない',
  'オーダーがキッチンに飛ばない',
  'ハンディ使えません',
  'レジが固まりました',
  '会計できない',
  '伝票が印刷されない',
  'タブレットが真っ白です',
  'QRコードを読んでもメニューが出ない',
  'クレジットカードが使えない',
  '厨房のプリンターが無反応',
  'ログインできません',
  '画面が動かない',
  'お客様の席番号がずれている',
  '呼び出しベルが鳴らない',
  '予約台帳が開けない',
  '在庫の数字がおかしい',
  'エラーコードE-204が出る',
  'ずっと読み込み中のままです',
  '電子マネー決済エラー',
  '領収書が出てこない',
  '割引が適用されない',
  '売上が反映されていない',
  '通信できませんと表示',
  '商品名が文字化け',
  'セルフレジが起動しない',
  'モバイルオーダーが届かない',
  'テイクアウトの受付が止まった',
  '配達アプリの連携が切れている',
  '釣銭機が応答なし',
  'ポイントが付かない',
  '締め作業が終わらない',
  'スタッフの打刻ができない',
  '食べ放題のタイマーが狂う',
  'キャンセルしたのに残っている',
  '二重に請求されている',
  '飲み物だけ送れない',
  '店内Wi-Fiは生きているのに繋がらない',
  'アプリが落ちる',
  '昨日まで普通だったのに急にダメ',
  '助けてください、何もできません',
  'パスワードが違うと言われる',
  '合計金額が合わない',
  '券売機が止まっています',
  '順番待ちの発券ができない',
  'キッチンモニターが消えた',
  '消費税が10%になってしまう',
  'クーポンが読めない',
  'ボタンを押しても進まない',
  '英語メニューに切り替わらない',
  'ラストオーダーの設定が効かない',
  '品切れが解除できない',
  '端末が再起動を繰り返す',
  '席の移動ができない',
  'ドリンクバーの登録先が不明',
  'サーバーに接続できない旨の警告',
  '管理ページが404',
  'レシートの日付が昨日',
  '呼出番号が飛ぶ',
  'トッピングが選べない',
  '個別会計に分けられない',
  '至急!営業できない',
  'PayPayだけ失敗する',
  'デシャップに何も出ません',
  '店長権限が消えた',
  'カート内が空になる',
  '写真が全部出なくなった',
];

/** A generator of its own, so that a seed draws the same nights wherever it runs. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const filedAt = new Date(0);
const compared = (title: string) =>
  ({
    id: title,
    title,
    origin: {},
    status: 'open',
    kind: 'incident',
    isDrill: false,
    source: 'ticket',
    filedAt,
  }) as const;

/** Whether titles share a word, by the product's own comparison at its lowest. */
const share = (one: string, other: string, policy: Policy): boolean =>
  judgeCandidates(compared(one) as never, [compared(other) as never], policy, 0.001).length > 0;

/** Draws of three titles of which no two share a content word. */
export function drawNights(count: number, seed: number, policy: Policy): string[][] {
  const draw = numbers(seed);
  return Array.from({ length: count }, () => {
    const drawn: string[] = [];
    while (drawn.length < 3) {
      const title = nightTitles[Math.floor(draw.next().value * nightTitles.length)] ?? '';
      if (!drawn.some((each) => each === title || share(each, title, policy))) drawn.push(title);
    }
    return drawn;
  });
}
