/** The texts of `npm run settings`. */
import type { Texts } from '../../functions/words/language.ts';

export const settingsTexts = {
  none: {
    ja: '{file} はまだありません。すべて初期値です。',
    en: 'There is no {file} yet: everything has its default.',
  },
  right: { ja: '{file} に誤りはありません。', en: '{file} is right.' },
  same: { ja: '初期値と異なる値はありません。', en: 'Nothing differs from the defaults.' },
  byDefault: { ja: '初期値: {before}', en: 'by default {before}' },
  none_: { ja: 'なし', en: 'none' },
  version: {
    ja: '版: {version}(初期値の版: {defaults})',
    en: 'Version {version}; that of the defaults is {defaults}.',
  },
  open: {
    ja: '設定が必要な項目(受信用URL・通知先・連携はコンソールの「設定」と「連携設定」に表示されます):',
    en: 'Still to set up (the pages Settings and Connections of the console say what else, of endpoints, channels and tools):',
  },
  customers: { ja: '{file}: {n} 行。誤りはありません。', en: '{file} is right, with {n} rows.' },
  deployment: { ja: '{file}: {projects}。誤りはありません。', en: '{file} is right, for {projects}.' },
  noCustomers: { ja: '{file} がありません。', en: 'There is no {file}.' },
  notLoaded: { ja: '何も登録していません。', en: 'Nothing was loaded.' },
  loaded: {
    ja: '{file} の {n} 件を {project} に登録しました(これまでの {before} 件と置き換え)。1 分以内に反映されます。',
    en: '{n} customers of {file} are loaded into {project}, in place of {before}. They are in force within a minute.',
  },
  noSuchTool: {
    ja: '--customers-from には {tools} のいずれかを指定してください(「{asked}」は不可)。',
    en: '--customers-from has to be one of {tools}, and is “{asked}”.',
  },
  proposed: {
    ja: '{tool} の組織 {n} 件を読み取り、{file} に書き込みました(追加 {added} 件、別名の追加 {aliased} 件)。内容を確認してください。',
    en: '{n} organisations of {tool} were read. Written to {file}: {added} new rows, and an alias more in {aliased}. Look them through.',
  },
  rung: { ja: 'テスト通知の結果:', en: 'Of the test notice:' },
  notRung: {
    ja: '結果はまだありません(コンソールの「連携設定」に表示されます)',
    en: 'nothing is known yet; see the page Connections',
  },
  noChannels: { ja: '通知先が設定されていません。', en: 'There are no channels: set NOTIFY_CHANNELS.' },
  written: { ja: '{file} に書き込みました:', en: 'Written to {file}:' },
  unchanged: {
    ja: 'functions/policy.ts は元のままです。書き込むものはありません。',
    en: 'functions/policy.ts is as upstream had it: there is nothing to write.',
  },
  exists: {
    ja: '{file} がすでにあります。移動してからもう一度実行してください。',
    en: '{file} is there already: move it away first.',
  },
  restore: {
    ja: '次に functions/policy.ts を元に戻してください: git checkout {upstream} -- functions/policy.ts functions/policy',
    en: 'Now take functions/policy.ts back from upstream: git checkout {upstream} -- functions/policy.ts functions/policy',
  },
} satisfies Texts;
