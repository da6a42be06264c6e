/** The mail server of this machine: it takes mail for anybody, and shows it at `/_local/tools/smtp/messages`. */

import type { AddressInfo } from 'node:net';
import type { DatabaseSync } from 'node:sqlite';
import { SMTPServer } from 'smtp-server';
import type { LocalClock } from '../../cloud/src/clock.ts';
import type { Faults } from '../../cloud/src/faults.ts';
import { openPosts } from './post-store.ts';

interface Mail {
  from: string;
  to: string[];
  /** The mail as received, with its headers. */
  raw: string;
}

export interface MailServer {
  /** `smtp://127.0.0.1:…` */
  url: string;
  close(): Promise<void>;
}

const longestBytes = 10 * 1024 * 1024;

const refusal = (code: number, message: string): Error => Object.assign(new Error(message), { responseCode: code });

/** Greylisting: a server that does not know a sender refuses it at first. */
const greylistedForMs = 60_000;

/** Recipients whose name says so are refused: `bounce@…` for good, `busy@…` for the moment, `grey@…` for the first minute. */
export async function startMailServer(options: {
  db: DatabaseSync;
  clock: Pick<LocalClock, 'now'>;
  faults: Faults;
}): Promise<MailServer> {
  const posts = openPosts<Mail>(options.db, 'smtp');
  const firstSeenMs = new Map<string, number>();
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: longestBytes,
    onAuth: (auth, _, done) => done(null, { user: auth.username ?? 'anybody' }),
    onRcptTo({ address }, _, done) {
      if (/^bounce@/i.test(address)) return done(refusal(550, 'No such mailbox'));
      if (/^busy@/i.test(address)) return done(refusal(450, 'Mailbox is busy'));
      if (/^grey@/i.test(address)) {
        const now = options.clock.now();
        const seenMs = firstSeenMs.get(address) ?? now;
        firstSeenMs.set(address, seenMs);
        if (now - seenMs < greylistedForMs) return done(refusal(451, 'Greylisted, please try again later'));
      }
      done();
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(refusal(552, 'Message is too large'));
        const fault = options.faults.take('tools.smtp.send');
        if (fault?.effect === 'fail') return done(refusal(Number(fault.code ?? 451), 'Try again'));
        const { mailFrom, rcptTo } = session.envelope;
        const from = mailFrom ? mailFrom.address : '';
        const raw = Buffer.concat(chunks).toString('utf8');
        posts.add({ from, to: rcptTo.map(({ address }) => address), raw }, options.clock.now());
        if (fault?.effect === 'fail-after') return done(refusal(Number(fault.code ?? 451), 'Try again'));
        done();
      });
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise((resolve) => server.close(resolve)) };
}

/** A received mail with parsed headers; each body in its encoding, and decoded beside it. */
export function shownMails(db: DatabaseSync): unknown {
  return {
    messages: openPosts<Mail>(db, 'smtp')
      .all()
      .map(({ id, at, body }) => ({
        id,
        at,
        from: body.from,
        to: body.to,
        headers: headersOf(body.raw),
        raw: body.raw,
      })),
  };
}

function headersOf(raw: string): Record<string, string> {
  const [head = ''] = raw.split(/\r?\n\r?\n/, 1);
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [, name, value] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
      return name ? [[name.toLowerCase(), decoded(value ?? '')]] : [];
    }),
  );
}

/** Words in other letters (RFC 2047). */
function decoded(value: string): string {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) => {
      if (kind.toLowerCase() === 'b') return Buffer.from(text, 'base64').toString('utf8');
      const bytes = text
        .replaceAll('_', ' ')
        .replace(/=([\da-f]{2})/gi, (__, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
      return Buffer.from(bytes, 'latin1').toString('utf8');
    });
}
