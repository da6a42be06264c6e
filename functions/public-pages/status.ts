/**
 * The public status: a page, Statuspage's JSON and a feed, of one document. An instance keeps what it read last, so that it reads
 * once a minute however many ask, and answers while Firestore does not.
 */
import { html } from 'hono/html';
import { withinMs } from '../platform/deadline.ts';
import { PerEnvironment } from '../platform/environment.ts';
import { dataOf, publicFirestore } from '../platform/firestore.ts';
import { errorFacts, log } from '../platform/log.ts';
import { milliseconds, policy } from '../policy.ts';
import type { PublicStatus, StatusIncident } from '../published/status.ts';
import { letterClock } from '../words/clock.ts';
import type { Language } from '../words/language.ts';
import { frame } from './page.ts';
import {
  componentsOf,
  isOpen,
  newestFirst,
  type StatusReading,
  say,
  stateOf,
  statuspage,
  titleOf,
  updatesOf,
  worstOf,
} from './statuspage.ts';

const readWithinMs = 2_000;

class Kept {
  #status: PublicStatus | undefined;
  #askedAt = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> = Promise.resolve();

  /** @returns undefined if nothing has ever been read */
  async at(now: Date): Promise<PublicStatus | undefined> {
    const isOld = now.getTime() - this.#askedAt >= milliseconds(policy.publicStatus.readEvery);
    if (isOld) {
      this.#askedAt = now.getTime();
      this.#asking = this.#read(now);
    }
    // Requests that arrive during the read get the last known status.
    if (isOld || !this.#status) await this.#asking;
    return this.#status;
  }

  async #read(now: Date): Promise<void> {
    try {
      const current = publicFirestore().collection('status').doc('current');
      const found = await withinMs(readWithinMs, current.get(), 'Firestore');
      this.#status = dataOf<PublicStatus>(found) ?? { incidents: {}, updatedAt: now };
    } catch (error) {
      log('ERROR', 'the public status could not be read; what was read before is shown', errorFacts(error));
    }
  }
}

const kept = new PerEnvironment(() => new Kept());

export interface Told {
  type: string;
  body: string;
}

/** @param path below `/status` @returns undefined if nothing is there; `away` where nothing has been read yet */
export async function tellStatus(
  path: string,
  given: { language: Language; now: Date; style: string; url: string },
): Promise<Told | 'away' | undefined> {
  const status = await kept.get().at(given.now);
  if (!status) return 'away';
  const reading = { ...given, status, policy };
  if (path === '/' || path === '') return { type: 'text/html; charset=utf-8', body: statusPage(reading) };
  if (path === '/history.atom') return { type: 'application/atom+xml; charset=utf-8', body: atom(reading) };
  const answer = path.startsWith('/api/v2/') ? statuspage(reading, path.slice('/api/v2/'.length)) : undefined;
  return answer && { type: 'application/json; charset=utf-8', body: JSON.stringify(answer) };
}

interface PageReading extends StatusReading {
  now: Date;
  style: string;
}

function statusPage(reading: PageReading): string {
  const all = newestFirst(reading);
  const worst = worstOf(all);
  const [open, past] = [all.filter(isOpen), all.filter((each) => !isOpen(each))];
  const time = (at: Date): string => letterClock(at, reading.language, policy, reading.now);
  const item = (each: StatusIncident) =>
    html`<section id="${each.code}"><h2>${titleOf(reading, each)} <small>${say(reading, `state.${stateOf(each)}`)}</small></h2><ol>${updatesOf(reading, each).map(({ at, body }) => html`<li><time datetime="${at.toISOString()}">${time(at)}</time><p>${body}</p></li>`)}</ol></section>`;
  const body = html`<div class="state ${worst === 'none' ? '' : 'open'}"><h1>${say(reading, worst)}</h1></div>
<ul class="plain">${componentsOf(reading).map(({ name, status }) => html`<li>${name}: ${say(reading, `component.${status}`)}</li>`)}</ul>
${open.map(item)}
${past.length > 0 ? html`<h2>${say(reading, 'past')}</h2>${past.map(item)}` : ''}
<p class="note">${say(reading, 'asOf', { at: time(reading.status.updatedAt) })} <a href="/status/history.atom" rel="alternate" type="application/atom+xml">Atom</a></p>`;
  const refreshSeconds = milliseconds(policy.publicStatus.readEvery) / 1_000;
  return frame(reading, say(reading, 'title'), body, { refreshSeconds, isPublic: true });
}

const escaped = (text: string): string =>
  text
    .replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '');

function atom(reading: StatusReading): string {
  const entries = newestFirst(reading).map((each) => {
    const [last] = updatesOf(reading, each);
    const title = `${titleOf(reading, each)}: ${say(reading, `state.${stateOf(each)}`)}`;
    return `<entry><id>${escaped(`${reading.url}#${each.code}`)}</id><title>${escaped(title)}</title><published>${each.publishedAt.toISOString()}</published><updated>${(last?.at ?? each.publishedAt).toISOString()}</updated><link href="${escaped(`${reading.url}#${each.code}`)}"/><content>${escaped(last?.body ?? '')}</content></entry>`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>${escaped(reading.url)}</id><title>${escaped(say(reading, 'title'))}</title><updated>${reading.status.updatedAt.toISOString()}</updated><link href="${escaped(reading.url)}"/><author><name>${escaped(policy.sender.company[reading.language] || 'Metronome')}</name></author>${entries.join('')}</feed>
`;
}
