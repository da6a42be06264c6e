/** A year of tickets of a chain of restaurants, and what agents look for: what fits is known from how each was made. */
import { Random } from '../simulation/random.ts';

export interface Ticket {
  id: string;
  subject: string;
  area: string;
  url: string;
  customer: { id: string; name: string };
  /** What the subject is made of. */
  concepts: string[];
}

export interface Search {
  asked: string;
  /** Ids of the tickets that it means. */
  means: Set<string>;
}

/** Names of shops, each with other ways in which people write it. */
const shops: [name: string, ...others: string[]][] = [
  ['渋谷センター街店', 'ｾﾝﾀｰ街', '渋谷センタ街'],
  ['新宿ルミネ店', 'るみね', '新宿ルミネ'],
  ['グランフロント大阪店', 'ぐらんふろんと', 'ｸﾞﾗﾝﾌﾛﾝﾄ大阪'],
  ['横浜ベイクォーター店', 'ベイクォータ', '横浜ベイ'],
  ['札幌ステラプレイス店', 'すてらぷれいす', '札幌ステラ'],
  ['博多デイトス店', '博多でいとす', 'デイトス'],
  ['名古屋ゲートタワー店', 'ゲートタワ', '名古屋ｹﾞｰﾄ'],
  ['仙台エスパル店', 'えすぱる', '仙台'],
  ['吉祥寺コピス店', 'コピス', '吉祥寺'],
  ['鎌倉小町通り店', '小町通り', '鎌倉'],
  ['京都三条店', '三条', '京都三条'],
  ['那覇国際通り店', '国際通り', '那覇'],
  ['Tokyo Station Branch', 'tokyo station', 'ＴＯＫＹＯ'],
  ['Café Minato', 'cafe minato', 'CAFÉ'],
  ['広島本通店', '本通', '広島'],
  ['神戸ハーバーランド店', 'ハーバランド', 'はーばーらんど'],
];

/** What goes wrong: how it is put in a subject, and how it is asked for. */
type Trouble = [concept: string, area: string, subjects: string[], asked: string[]];
const troubles: Trouble[] = [
  [
    'printer',
    'printing',
    ['レシートプリンターから紙が出ない', 'キッチンのプリンタが印字しない'],
    ['プリンター', 'ﾌﾟﾘﾝﾀ', 'ぷりんたー'],
  ],
  ['order', 'order', ['注文が通らない', 'タブレットから注文が送信されない'], ['注文']],
  ['payment', 'payment', ['決済端末がエラーになる', 'QR決済が完了しない'], ['決済', '　決済　']],
  ['wifi', 'network', ['Wi-Fiが頻繁に切れる', '店内のWiFiにつながらない'], ['wifi', 'Wi-Fi', 'ＷｉＦｉ']],
  ['stock', 'stock', ['在庫数が合わない', '棚卸し後に在庫が0になる'], ['在庫']],
  ['booking', 'booking', ['予約台帳に予約が出ない', '予約が二重に入る'], ['予約']],
  ['login', 'account', ['ログインできない', '店長のログインで画面が白い'], ['ログイン', 'ろぐいん']],
  ['key', 'facility', ['ドロアの鍵が開かない', '鍵を紛失した'], ['鍵']],
  ['ipad', 'device', ['iPadが充電できない', 'iPad の画面が割れた'], ['ipad', 'ｉＰａｄ']],
  ['pc', 'device', ['事務所のPCが起動しない', 'PC の時計がずれる'], ['pc', 'ＰＣ']],
  ['tax', 'accounting', ['消費税の端数が合わない', '軽減税率の設定ができない'], ['税']],
  ['scanner', 'device', ['Barcode scanner does not read', 'The barcode scanner beeps'], ['barcode', 'scanner', 'scan']],
];

export function yearOfTickets(count: number, seed: string): Ticket[] {
  const lots = new Random(seed);
  return Array.from({ length: count }, (_, index): Ticket => {
    const shopIndex = lots.between(0, shops.length - 1);
    const [concept, area, subjects] = lots.pick(troubles);
    const subject = lots.pick(subjects);
    return {
      id: `T-${20_000 + index * 7}`,
      subject,
      area,
      url: `https://desk.example.jp/tickets/${90_000 + index * 3}`,
      customer: { id: `shop-${shopIndex + 101}`, name: shops[shopIndex]?.[0] ?? '' },
      concepts: [concept],
    };
  });
}

/** Searches in turn: by shop, by trouble, by both, by a customer's id, by ticket and by address. */
export function searchesOf(tickets: readonly Ticket[], seed: string, count: number): Search[] {
  const lots = new Random(seed);
  const meaning = (fits: (ticket: Ticket) => boolean): Set<string> =>
    new Set(tickets.filter(fits).map((each) => each.id));
  const ofShop = (at: number) => (each: Ticket) => each.customer.id === `shop-${at + 101}`;
  const pick = <T>(from: readonly T[]): T => lots.pick(from);
  const kinds: (() => Search)[] = [
    () => {
      const at = lots.between(0, shops.length - 1);
      return { asked: pick(shops[at] ?? []), means: meaning(ofShop(at)) };
    },
    () => {
      const [concept, , , asked] = pick(troubles);
      return { asked: pick(asked), means: meaning((each) => each.concepts.includes(concept)) };
    },
    () => {
      const at = lots.between(0, shops.length - 1);
      const [concept, , , asked] = pick(troubles);
      const words = [pick(shops[at] ?? []), pick(asked)];
      return {
        asked: (lots.chance(0.5) ? words : words.reverse()).join(pick([' ', '　'])),
        means: meaning((each) => ofShop(at)(each) && each.concepts.includes(concept)),
      };
    },
    () => {
      const { id } = pick(tickets);
      return { asked: pick([id, id.toLowerCase(), id.slice(2)]), means: new Set([id]) };
    },
    () => {
      const { id, url } = pick(tickets);
      return { asked: pick([url, url.split('/').at(-1) ?? '']), means: new Set([id]) };
    },
    () => {
      const at = lots.between(0, shops.length - 1);
      return { asked: `shop-${at + 101}`, means: meaning(ofShop(at)) };
    },
  ];
  return Array.from({ length: count }, (_, index) => (kinds[index % kinds.length] as () => Search)());
}
