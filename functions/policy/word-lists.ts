/** The lists of words among the rules: part of `policy.ts`, which names what each is for. Pure. */

/** A string a group, with bars between its phrases. */
const listOf = (...groups: string[]): string[] => groups.flatMap((group) => group.split('|'));

export const anomalyPhrases = listOf(
  'できない|できません|できなく|エラー|動かない|動きません|動作しない',
  '落ちる|落ちた|止まった|止まって|止まる|固まる|固まった',
  '反映されない|反映されません|表示されない|表示されません',
  '届かない|届きません|繋がらない|つながらない|通らない|通りません',
  'おかしい|消えた|急に|突然|遅い|不具合|障害',
  "error|cannot|can't|can not|unable to",
  "does not work|doesn't work|not working|stopped working",
  'broken|crash|fails|failed|failing|down|timeout|timed out',
  'suddenly|disappeared|missing data|wrong amount',
);

export const commonWords = listOf(
  '障害|不具合|問題|異常|発生|件|店|店舗|様|確認|対応|依頼|至急',
  '時|中|出|通|動|エラー|トラブル|システム',
  'a|an|and|are|at|been|be|can|cannot|did|do|does|down|error|failed|fails|failure|for|from|has',
  'in|is|it|issue|no|not|of|on|our|problem|the|to|was|we|were|with|work|working',
);

/** A list of words that mean the same a line. */
export const synonyms = [
  '注文|オーダー|order|orders|ordering',
  '会計|レジ|決済|支払|checkout|payment|payments|register',
  '印刷|印字|プリンター|プリンタ|伝票|print|printer|printing|receipt',
  '予約|予約台帳|booking|bookings|reservation|reservations',
  '厨房|キッチン|kitchen',
  '端末|タブレット|ハンディ|tablet|terminal|handheld',
  '通信|ネットワーク|回線|network|connection',
  '画面|表示|screen|display',
].map((group) => group.split('|'));
