/** What is agreed on after a checkpoint that was to improve. */
export const improvements: Record<string, { description: string; kind: string; doneWhen: string }> = {
  'first-response': {
    description: '初動の通知が当番に届いたことを確認できるようにする',
    kind: 'mitigate',
    doneWhen: '通知の到達率が1週間 100%',
  },
  'release-flow': {
    description: '手動のリリースでも標準のトリガーを通す',
    kind: 'prevent',
    doneWhen: '手動リリースが1か月 0件',
  },
  'tests-run': {
    description: 'テストの失敗でリリースが止まるようにする',
    kind: 'prevent',
    doneWhen: '失敗を無視するテストのステップがない',
  },
  'scope-confirmed': {
    description: '影響店舗の数え方を手順書にする',
    kind: 'detect',
    doneWhen: '手順書から10分以内に数えられる',
  },
  'customers-updated': {
    description: '夜間の定期連絡の交代を決める',
    kind: 'mitigate',
    doneWhen: '連絡漏れが1か月 0回',
  },
};
