/** The tables of README.md and docs/ that say what the code says, and what was measured. */
import { subscriptions } from '../../functions/topology.ts';
import { type AccountGrant, cloudBuildGrants, grants } from '../provision/accounts.ts';
import { burns } from '../provision/objectives.ts';
import { watches } from '../provision/watch.ts';
import { functions, schedules } from '../topology.ts';
import { answerTable, meaningTable } from './answers.ts';
import { operationPages } from './api.ts';
import { attackTable } from './attack.ts';
import { costTable, totalTable, yenTable } from './cost.ts';
import { eventTable } from './events.ts';
import { actTable, figureTable, growthTable } from './figures.ts';
import { type Price, priceIn, prices, readOn } from './prices.ts';
import { cadenceRules, ruleTable, settingTable, urgencyRules } from './rules.ts';
import { table } from './table.ts';

/** By marker in the documents: `<!-- NAME -->` to `<!-- /NAME -->`. */
export const tables: Record<string, () => string> = {
  functions: functionTable,
  accounts: () => grantTable((grant) => 'account' in grant.to),
  privileges: privilegeTable,
  agents: () => grantTable((grant) => 'agent' in grant.to),
  subscriptions: subscriptionTable,
  watches: watchTable,
  cost: costTable,
  yen: yenTable,
  totals: totalTable,
  attack: attackTable,
  prices: priceTable,
  figures: figureTable,
  growth: growthTable,
  routing: () => ruleTable('routing'),
  urgencyRules,
  urgency: () => ruleTable('urgency'),
  cadenceRules,
  cadence: () => ruleTable('cadence'),
  score: () => ruleTable('score'),
  review: () => ruleTable('review'),
  actions: () => ruleTable('actions'),
  underReporting: () => ruleTable('underReporting'),
  emergency: () => ruleTable('emergency'),
  acts: actTable,
  answers: answerTable,
  meanings: meaningTable,
  settings: settingTable,
  api: operationPages,
  events: eventTable,
};

/** @throws Error if a document names a table that there is not, or does not close it */
export function fillTables(text: string): string {
  const place = /<!-- table (\w+) -->\n(?:(?!<!-- \/?table\b)[\s\S])*(<!-- \/table -->)?/g;
  return text.replace(place, (_, name: string, end?: string) => {
    if (!end) throw new Error(`The table ${name} is not closed.`);
    const table = tables[name];
    if (!table) throw new Error(`There is no table ${name}.`);
    return `<!-- table ${name} -->\n${table()}\n<!-- /table -->`;
  });
}

const callers = { public: 'anyone; it verifies its sender', iam: 'Cloud IAM', iap: 'IAP', push: 'Pub/Sub alone' };

function functionTable(): string {
  return table(
    ['Function', 'Called by', 'Memory', 'At once', 'Timeout', 'Instances', 'Secrets'],
    functions.map((each) => [
      `\`${each.name}\``,
      callers[each.trigger],
      `${each.memoryMiB} MiB`,
      String(each.concurrency),
      `${each.timeoutSeconds} s`,
      `${each.minInstances} to ${each.maxInstances}`,
      each.secrets.map((name) => `\`${name}\``).join(' ') || '–',
    ]),
  );
}

function grantTable(of: (grant: AccountGrant) => boolean): string {
  const nameOf = ({ to }: AccountGrant): string => {
    if ('agent' in to) return `\`gcp-sa-${to.agent}\``;
    const spec = functions.find((each) => each.service === to.account);
    return spec ? `\`${spec.name}\` (\`${to.account}\`)` : `\`${to.account}\``;
  };
  return table(
    ['Account', 'Role', 'On', 'Why'],
    [...grants, ...cloudBuildGrants]
      .filter(of)
      .map((grant) => [nameOf(grant), `\`${grant.role}\``, placeOf(grant.on), grant.why]),
  );
}

/** A line for each function: what `accounts` tells grant by grant. */
function privilegeTable(): string {
  return table(
    ['Function', 'Runs as', 'Roles', 'Why'],
    functions.map(({ name, service: account }) => {
      const own = grants.filter(({ to }) => 'account' in to && to.account === account);
      const roles = Map.groupBy(own, (grant) => grant.role.replace('roles/', ''));
      const cells = [...roles].map(([role, of]) => {
        const places = of.map(({ on }) => Object.values(on)[0]).filter((place) => place !== true);
        const isSecret = role.startsWith('secretmanager');
        const at = isSecret
          ? `its ${of.length === 1 ? 'secret' : `${of.length} secrets`}`
          : places.map((place) => `\`${place}\``).join(', ');
        return `\`${role}\`${at && ` (${at})`}`;
      });
      const whys = own.filter(({ on }) => !('secret' in on)).map(({ why }) => why);
      return [`\`${name}\``, `\`${account}\``, cells.join('; '), [...new Set(whys)].join('; ')];
    }),
  );
}

function placeOf(on: AccountGrant['on']): string {
  if ('project' in on) return 'project';
  if ('database' in on) return on.database === 'public' ? 'the public database' : 'its database';
  const [[kind, name] = []] = Object.entries(on);
  return `${kind} \`${name}\``;
}

function subscriptionTable(): string {
  const kept = (seconds: number): string => (seconds >= 86_400 ? `${seconds / 86_400} d` : `${seconds / 60} min`);
  const ticks = new Map(schedules.map((each) => [each.topic as string, each.schedule]));
  return table(
    ['Subscription', 'Topic', 'Pushes to', 'Kept', 'Backoff', 'Dead letter after', 'Ticks'],
    subscriptions.map((each) => [
      `\`${each.name}\``,
      `\`${each.topic}\``,
      `\`${each.function}\``,
      kept(each.retentionSeconds),
      `${each.minimumBackoffSeconds} to ${each.maximumBackoffSeconds} s`,
      each.maxDeliveryAttempts ? `${each.maxDeliveryAttempts} attempts` : 'never',
      ticks.has(each.topic) ? `\`${ticks.get(each.topic)}\`` : '–',
    ]),
  );
}

function watchTable(): string {
  return table(
    ['Alert policy', 'Severity', 'Fires when', 'What to do'],
    [...watches, ...burns].map((each) => [`\`${each.key}\``, each.severity, each.condition, each.what]),
  );
}

function priceTable(): string {
  const perUnit = (dollars: number): string =>
    dollars < 0.001
      ? `$${Number((dollars * 1_000_000).toPrecision(3))} a million`
      : `$${Number(dollars.toPrecision(3))}`;
  return table(
    [`Each (read ${readOn})`, 'us-central1', 'asia-northeast1', 'Free a month', 'Source'],
    Object.entries<Price>(prices).map(([name, { unit, dollars, free, freeOf, source }]) => [
      unit,
      perUnit(dollars),
      perUnit(priceIn('asia-northeast1', name as keyof typeof prices)),
      freeOf === undefined ? '–' : `${free.toLocaleString('en-US')}, of the ${freeOf}`.replace('the one', 'one'),
      source,
    ]),
  );
}
