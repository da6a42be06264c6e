/** The allowed values of `policy.json`, worded in both languages. */
import type { Both } from '../../functions/words/language.ts';

const inBoth = new Map<string, Both>();

/** As the message of a schema: the English words, by which `inBothLanguages` finds the others. */
export function allowed(ja: string, en: string): string {
  inBoth.set(en, { ja, en });
  return en;
}

const sameInBoth = (form: string): string => allowed(form, form);

export const wholeFrom = (least: number, most: number): string =>
  allowed(`${least} 以上 ${most} 以下の整数`, `a whole number from ${least} to ${most}`);

export const inBothLanguages = (message: string): Both => inBoth.get(message) ?? { ja: message, en: message };

export const words = {
  table: allowed('項目の入った { … }', 'entries in { … }'),
  list: allowed('値の並んだ [ … ]', 'a list in [ … ]'),
  yesNo: allowed('true または false', 'true or false'),
  share: allowed('0 より大きく 1 より小さい数', 'a number above 0 and below 1'),
  text: allowed('200 文字以内の 1 行の文字列', 'one line of text of at most 200 characters'),
  name: allowed('1〜200 文字の 1 行の文字列', 'one line of text of 1 to 200 characters'),
  duration: allowed(
    '0 より長く P3650D 以下の時間(例: PT15M、P1D)',
    'a duration such as PT15M or P1D, longer than zero and at most P3650D',
  ),
  interval: allowed(
    'PT1M 以上 P3650D 以下の時間(例: PT15M、P1D)',
    'a duration such as PT15M or P1D, from PT1M to P3650D',
  ),
  timeOfDay: allowed('00:00〜23:59 の時刻(例: "09:30")', 'a time of day from 00:00 to 23:59, such as "09:30"'),
  timesOfDay: allowed(
    '早い順に並べた、重複のない時刻(例: ["10:00", "17:00"])',
    'times of day, each once, the earliest first, such as ["10:00", "17:00"]',
  ),
  zone: allowed('地域の時間帯(例: Asia/Tokyo、Europe/Berlin)', 'a time zone such as Asia/Tokyo or Europe/Berlin'),
  language: allowed('"ja" または "en"', '"ja" or "en"'),
  address: allowed('https:// または http:// で始まる URL', 'an address that begins with https:// or http://'),
  domain: allowed('メールアドレスのドメイン(例: example.com)', 'the domain of e-mail addresses, such as example.com'),
  mail: allowed('メールアドレスごとの名前', 'names by e-mail address'),
  lowerCase: allowed('小文字の名前ごとの値', 'values by names in lower case'),
  brackets: allowed(
    '"from" の大きい順に並べ、0 で終わる一覧',
    'brackets with the largest "from" first, ending with from 0',
  ),
  customerColumns: allowed(
    'id、name、aliases、language、contact の列',
    'the columns id, name, aliases, language and contact',
  ),
  customerHeader: allowed('id と name の列を含む見出し行', 'a header that has the columns id and name'),
  customerId: allowed(
    '1〜128 文字の 1 行の文字列(. と .. は不可)',
    'one line of text of 1 to 128 characters, and neither . nor ..',
  ),
  customerRows: allowed('20,000 行、8 MB まで', 'at most 20,000 rows and 8 MB'),
  region: allowed('Cloud Run のリージョン(例: asia-northeast1)', 'a region of Cloud Run, such as asia-northeast1'),
  otherRegion: allowed('データベースとは別のリージョン', 'another region than that of the database'),
  notEmpty: allowed('空でない文字列', 'a text that is not empty'),
  addresses: allowed('メールアドレス、またはその一覧', 'an e-mail address, or a list of them'),
  channel: sameInBoth('projects/P/notificationChannels/N'),
  pool: sameInBoth('projects/P/locations/R/workerPools/NAME'),
  people: allowed('user:…、group:…、domain:…', 'user:…, group:… or domain:…'),
  balancer: allowed(
    'https:// で始まる URL(例: https://metronome.shop.example)',
    'an address such as https://metronome.shop.example',
  ),
  variable: allowed('空でなく ## を含まない文字列、または null', 'a text without ##, or null'),
  unread: allowed('null のみ(この変数を読む関数はありません)', 'null alone: no function reads it'),
  databaseInstead: allowed(
    'プロジェクトの "database"(すべてのコマンドが読みます)',
    '"database" of the project instead, which every command reads',
  ),
  noHops: allowed(
    '"balancer" がなければ 0(ロードバランサーを通らない呼び出しが、アドレスを偽れるため)',
    '0 without "balancer": whoever calls past your load balancer could choose its address',
  ),
  least: allowed('0 以上の数', 'a number from 0'),
  elsewhere: allowed('customers.csv の行', 'rows of customers.csv'),
  once: allowed('それぞれ 1 回だけの名前', 'names that are each there once'),
};
