/**
 * The parts of messages to customers: `policy.drafts` can word each of them otherwise. A part is left out where one of its
 * places has no value. Full-width punctuation in Japanese, as in business letters. Pure.
 */
import type { Texts } from '../text.ts';

export const draftTexts = {
  // Around every message.
  toName: { ja: '{name} ご担当者様', en: 'Hello {name} team,' },
  toAll: { ja: 'ご担当者様', en: 'Hello,' },
  introduction: { ja: 'お世話になっております。{company}サポート窓口です。', en: 'This is {company} support.' },
  introductionPlain: { ja: 'お世話になっております。サポート窓口です。', en: 'This is the support team.' },
  next: { ja: '次回は{next}までに、進展がない場合もご連絡いたします。', en: 'We’ll update you again by {next}, even if there’s nothing new.' },
  urgent: { ja: 'お急ぎの場合は{telephone}までお電話ください。', en: 'If it’s urgent, please call {telephone}.' },
  regards: { ja: 'よろしくお願いいたします。', en: 'Kind regards,' },
  regardsAfterLast: { ja: '今後ともよろしくお願いいたします。', en: 'Kind regards,' },
  signature: { ja: '{company}サポート窓口', en: '{company} support' },
  signaturePlain: { ja: 'サポート窓口', en: 'The support team' },
  item: { ja: '・{text}', en: '- {text}' },
  // Names the trouble: by its public name, otherwise as the customer reported it.
  aboutFunction: { ja: '{function}の件', en: 'the issue with {function}' },
  aboutTitle: { ja: '「{title}」の件', en: 'the problem you reported (“{title}”)' },
  aboutDescribed: { ja: '「{described}」の件', en: 'the problem “{described}”' },
  aboutPlain: { ja: '本件', en: 'this issue' },
  faultFunction: { ja: '{function}の不具合', en: 'the issue with {function}' },
  // A shop that cannot sell has more than an inconvenience.
  inconvenience: { ja: 'ご不便', en: 'the inconvenience' },
  trouble: { ja: 'ご迷惑', en: 'the disruption' },
  feature: { ja: '該当の機能', en: 'the affected feature' },
  // First message.
  thanks: { ja: 'ご連絡いただき、ありがとうございます。', en: 'Thank you for letting us know.' },
  first: { ja: '{about}で{trouble}をおかけしており、誠に申し訳ございません。', en: 'We’re sorry for {trouble} caused by {about}.' },
  investigating: { ja: '現在、状況を確認しております。', en: 'We’re investigating it now.' },
  fillIn: { ja: '【要記入：どの操作で何が起きているか】', en: '[FILL IN: what is happening, and in which operation]' },
  confirmedByUs: { ja: '弊社でも同じ事象を確認しております。', en: 'We’ve confirmed the problem on our side.' },
  reported: { ja: '■お知らせいただいた内容', en: 'What you told us:' },
  reportedByOthers: { ja: '■これまでに寄せられている内容', en: 'What has been reported to us:' },
  confirmed: { ja: '■確認できた内容', en: 'What we have confirmed:' },
  occurred: { ja: '発生：{occurredAt}ごろ', en: 'Started: around {occurredAt}' },
  occurredBefore: { ja: '発生：{reportedAt}以前', en: 'Started: at the latest {reportedAt}' },
  subject: { ja: '状況：{title}', en: 'Problem: {title}' },
  subjectDescribed: { ja: '状況：{described}', en: 'Problem: {described}' },
  workaround: { ja: '■復旧までの対処方法', en: 'What you can do in the meantime:' },
  way: { ja: '{workaround}', en: '{workaround}' },
  // Later messages.
  late: { ja: 'ご連絡が遅れましたことを、お詫び申し上げます。', en: 'We’re sorry that this update is late.' },
  lateFirst: { ja: 'ご連絡が遅くなりましたことを、お詫び申し上げます。', en: 'We’re sorry that we didn’t contact you sooner.' },
  progress: { ja: '{fault}について、{now}時点の状況をご報告いたします。復旧までお時間をいただいており、誠に申し訳ございません。', en: 'Here’s the status of {fault} as of {now}. We’re sorry that it isn’t resolved yet.' },
  noProgress: { ja: '{about}につきましては、現在も対応を続けておりますが、前回のご連絡以降、新たにお知らせできることがございません。長引いており、誠に申し訳ございません。', en: 'We’re still working on {about} and have no new information since our last message. We’re sorry that it’s taking so long.' },
  noProgressUntaken: { ja: '{about}につきましては、前回のご連絡以降、新たにお知らせできることがございません。長引いており、誠に申し訳ございません。', en: 'We have no new information about {about} since our last message. We’re sorry that it’s taking so long.' },
  cause: { ja: '原因は現在調査しております。判明次第ご報告いたします。', en: 'We’re still looking into the cause and will let you know.' },
  // After the recovery no message about the cause is due, so none is promised.
  causeAfterwards: { ja: '原因は引き続き調査しております。', en: 'We’re still looking into the cause.' },
  since: { ja: '■前回からの進展', en: 'Since our last message:' },
  state: { ja: '■現在の状況', en: 'Current status:' },
  wayInState: { ja: '対処方法：{workaround}', en: 'Workaround: {workaround}' },
  // How they can work.
  stopped: { ja: '{feature}をご利用いただけない状態です', en: '{feature} is unavailable' },
  degraded: { ja: '{feature}は、通常の方法ではご利用いただけない状態です', en: '{feature} can’t be used in the usual way' },
  degradedWithWay: { ja: '{feature}は、下記の方法でしたらご利用いただけます', en: '{feature} can be used with the workaround below' },
  inconvenient: { ja: '{feature}はご利用いただけますが、一部の操作に支障が出ております', en: '{feature} can be used, but some operations are affected' },
  // What was done.
  seen: { ja: '弊社でも同じ事象を確認いたしました', en: 'We’ve confirmed the problem on our side' },
  scoped: { ja: '影響のある範囲の確認が完了いたしました', en: 'We’ve finished checking who is affected' },
  setting: { ja: '設定を変更いたしました', en: 'We changed a setting' },
  workaroundFound: { ja: '復旧までの対処方法をご案内いたします', en: 'A workaround is available, as described below' },
  'data-repair': { ja: 'データを修復いたしました', en: 'We corrected the affected data' },
  isolated: { ja: '影響のある箇所を切り離す処置をいたしました', en: 'We isolated the affected part' },
  vendor: { ja: '外部サービスの提供元で対応が行われました', en: 'Our provider made a change' },
  revert: { ja: '変更を取り消し、以前の状態に戻しました', en: 'We rolled back a change' },
  'fix-release': { ja: '修正を適用いたしました', en: 'We deployed a fix' },
  'self-healed': { ja: '現在は正常に動作していることを確認いたしました', en: 'The problem ended without a change from us, and we’ve confirmed that everything works' },
  // Recovery. It says that they can work, never that the cause is fixed.
  recoveredFunction: { ja: '{function}は、{recoveredAt}よりご利用いただけるようになりました。', en: 'You can use {function} again as of {recoveredAt}.' },
  recovered: { ja: '{about}は{recoveredAt}に復旧し、通常どおりご利用いただけます。', en: '{about} no longer affects you as of {recoveredAt}.' },
  sorry: { ja: '{trouble}をおかけし、誠に申し訳ございませんでした。', en: 'We’re sorry for {trouble}.' },
  check: { ja: 'お手数ですが、正常にご利用いただけるかをご確認ください。', en: 'Please check that everything works for you.' },
  checkRecords: { ja: 'あわせて、{from}から{until}までの{records}に漏れや重複がないかをご確認ください。', en: 'Please also check that no {records} is missing or duplicated between {from} and {until}.' },
  checkRecordsPlain: { ja: 'あわせて、影響のあった時間帯の{records}に漏れや重複がないかをご確認ください。', en: 'Please also check that no {records} is missing or duplicated during that time.' },
  last: { ja: '本件の定期的なご連絡は、今回で終了とさせていただきます。', en: 'This is our last scheduled update on this issue.' },
  ifContinues: { ja: '不具合が続く場合は、このご連絡への返信、またはお電話（{telephone}）でお知らせください。すぐに確認いたします。', en: 'If anything is still wrong, reply to this message or call {telephone}, and we’ll look into it right away.' },
  ifContinuesPlain: { ja: '不具合が続く場合は、このご連絡への返信でお知らせください。すぐに確認いたします。', en: 'If anything is still wrong, reply to this message, and we’ll look into it right away.' },
  // They wrote after their recovery.
  continues: { ja: '不具合が続いているとのこと、誠に申し訳ございません。改めて確認いたします。', en: 'Thank you for telling us that the problem is still happening. We’re very sorry, and we’ll look into it again.' },
  continuesAfterLast: { ja: '復旧のご連絡後も不具合が続いているとのこと、誠に申し訳ございません。改めて確認いたします。', en: 'Thank you for telling us that the problem is still happening after our recovery message. We’re very sorry, and we’ll look into it again.' },
  ask: { ja: 'お手数ですが、発生時刻、画面の表示内容、ご利用の端末をお知らせください。確認でき次第、改めてご連絡いたします。', en: 'Please tell us when it happens, what the screen shows, and which device you use. We’ll get back to you as soon as we know more.' },
  // It could not be confirmed.
  patience: { ja: 'お手数をおかけしております。', en: 'Thank you for your patience.' },
  notConfirmed: { ja: 'お知らせいただいた「{title}」について調査いたしましたが、現時点では不具合を確認できておりません。', en: 'We investigated “{title}”, which you reported, and haven’t been able to reproduce it so far.' },
  notConfirmedPlain: { ja: '{about}について調査いたしましたが、現時点では不具合を確認できておりません。', en: 'We investigated {about} and haven’t been able to reproduce it so far.' },
  ifAgain: { ja: '恐れ入りますが、再度発生した際は、時刻と画面の内容をお知らせください。改めて調査いたします。', en: 'If it happens again, please tell us the time and what the screen shows, and we’ll investigate again.' },
} as const satisfies Texts;
