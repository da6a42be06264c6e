/** Whether a line has a word of the other language. */
/** Names of things, which are the same in both languages. */
const names = [
  /https?:\/\/\S*/g,
  /\b(?:inc|sig|act|qua|pol|ntc)_[\da-f…]+/g,
  /\bM-[\dA-Z]{6}\b/g,
  /\b(?:\d{4}-)?W\d\d\b/g,
  /\b[A-Z]{2,}(?:_[A-Z]+)+\b/g,
  /\bAsia\/Tokyo|functions\/policy\.ts|policy\. で|application\/json|shop\/0\.1|docs\/[\w/.-]+|roles\/[\w.]+|\/[a-z_/{}-]+/g,
  /\{\w+\}/g,
  /\b(?:Metronome|Google Cloud|Google Chat|Cloud Monitoring|Cloud Build|Pub\/Sub|Identity-Aware Proxy|Zendesk|Intercom|Freshdesk|Jira|Slack|Webhook|Notion|Standard Webhooks|Alertmanager|Grafana|Opsgenie|PagerDuty|GitHub|GitLab|Datadog)\b|Alert API|Events API|npm run settings(?: -- --[a-z-]+)?|policy\.(?:json|sender)|customers\.csv/g,
  // Keys of a keyboard.
  /\b(?:Ctrl|Enter|PageDown|PageUp)\b/g,
  /\b(?:API|URL|ID|JSON|HTML|Markdown|SVG|UTC|Base64|IAP|none|store-\d+|drill-customer-[\da-f-]+)\b/g,
  // What an erased name leaves, and Slack’s own word for why it takes nothing now.
  /\[erased\]|\bratelimited\b/g,
  // The account and the channel of this machine, and what fields of a body are called and may hold.
  /@here|\b(?:local|inbox|https?|incident\.state)\b|\bopen か closed\b/g,
];

export function foreign(line: string, language: string): boolean {
  if (language === 'en') return /[\u3040-\u30ff\u4e00-\u9fff]/.test(line);
  const rest = names.reduce((text, name) => text.replace(name, ' '), line);
  return /[A-Za-z]{3,}/.test(rest);
}
