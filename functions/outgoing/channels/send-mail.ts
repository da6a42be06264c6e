/** Hands a mail to the SMTP server of `SMTP_URL`: a connection by the address that was judged, and TLS on Google Cloud. */
import { hash } from 'node:crypto';
import { lookup as resolve } from 'node:dns';
import { connect, isIP, type Socket } from 'node:net';
import type { SMTPTransportOptions } from 'nodemailer';
import { isPrivate, PrivateAddress, publicLookup, type Way } from '../../platform/call.ts';
import { Late, withinMs } from '../../platform/deadline.ts';
import type { Outcome } from '../../platform/delivery.ts';
import { PermanentFailure, TemporaryFailure } from '../../platform/failures.ts';
import { failureBySmtp, type Meaning, meaningBySmtp } from './answers.ts';
import type { Mail } from './mail.ts';

/** `timeoutMs` is for one answer; the whole conversation gets {@link wholeTimeouts} of them. */
export interface Mailing extends Way {
  /** `smtps://user:password@host`, or `smtp://` with STARTTLS. */
  url: string;
  /** Servers that offer no TLS, too. */
  allowPlain: boolean;
}

/** Without this limit, a server that sends a little now and then could hold up the notice for ever. */
const wholeTimeouts = 2;

/** The recipients that are settled, as digests: addresses are not kept. */
export interface Mailed {
  taken: string[];
  /** For good. */
  refused: string[];
}

const digestOf = (address: string): string => hash('sha256', address.toLowerCase()).slice(0, 16);

/**
 * Sends a mail to those of its recipients that are not settled yet.
 * @throws TemporaryFailure or PermanentFailure; neither repeats the server's address, nor a recipient's
 */
export async function sendMail(
  mail: Mail,
  mailing: Mailing,
  { taken, refused }: Mailed = nothingYet,
): Promise<Outcome> {
  const settled = new Set([...taken, ...refused]);
  const to = mail.to.filter((each) => !settled.has(digestOf(each)));
  const refusals = to.length > 0 ? await handOver(mail, to, mailing) : new Map<string, number>();
  const meanings = Map.groupBy(to, (each) => meaningBySmtp(refusals.get(each)));
  const those = (...of: Meaning[]): string[] => of.flatMap((each) => meanings.get(each) ?? []).map(digestOf);
  const { length: later } = those('later');
  const mailed: Mailed = {
    taken: [...taken, ...those('taken')],
    refused: [...refused, ...those('never', 'perhaps')],
  };
  const fields = { mailed };
  const kind = later > 0 ? 'retry' : mailed.refused.length > 0 ? 'rejected' : 'delivered';
  if (kind === 'delivered') return { kind, fields };
  const n = later + mailed.refused.length;
  return { kind, why: `it refused ${n} of ${mail.to.length} recipients`, fields };
}

const nothingYet: Mailed = { taken: [], refused: [] };

/** @returns the recipients that the server refused, with its reply to each */
async function handOver(
  mail: Mail,
  to: string[],
  { url, allowPrivate, allowPlain, timeoutMs }: Mailing,
): Promise<Map<string, number>> {
  const { hostname, port, secure, auth } = readAddress(url);
  const { createTransport } = await import('nodemailer');
  let connection: Socket | undefined;
  const transport = createTransport({
    host: hostname,
    port,
    secure,
    requireTLS: !secure && !allowPlain,
    ...(auth ? { auth } : {}),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    getSocket: connector(hostname, allowPrivate, timeoutMs, (socket) => {
      connection = socket;
    }),
  });
  const wholeMs = wholeTimeouts * timeoutMs;
  try {
    const envelope = { from: mail.from, to };
    const { rejectedErrors } = await withinMs(wholeMs, transport.sendMail({ ...mail, envelope }), 'the mail server');
    return refusalsOf(rejectedErrors);
  } catch (error) {
    const { rejectedErrors } = error as { rejectedErrors?: unknown[] };
    if (mail.to.length > 1 && rejectedErrors) return refusalsOf(rejectedErrors);
    if (!(error instanceof Late)) throw failureOf(error);
    connection?.destroy();
    throw new TemporaryFailure(`it was not done within ${wholeMs / 1_000} s`);
  } finally {
    transport.close();
  }
}

const refusalsOf = (errors: readonly unknown[] = []): Map<string, number> =>
  new Map((errors as { recipient: string; responseCode: number }[]).map((each) => [each.recipient, each.responseCode]));

/** @throws PermanentFailure that says what is wrong with it, and repeats nothing of it */
function readAddress(url: string) {
  if (!/^smtps?:\/\/[^/]+/i.test(url) || !URL.canParse(url)) {
    throw new PermanentFailure('SMTP_URL is not smtp://host or smtps://host');
  }
  const { hostname, port, protocol, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const [user, pass] = [username, password].map(decodedPart);
  if (user === undefined || pass === undefined) {
    throw new PermanentFailure('SMTP_URL has a % in its name or password that is not written as %25');
  }
  return { hostname, port: Number(port) || (secure ? 465 : 587), secure, auth: user ? { user, pass } : undefined };
}

function decodedPart(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

/** Connects only to an address that it has checked. nodemailer does TLS and checks the certificate. */
function connector(
  hostname: string,
  allowPrivate: boolean,
  timeoutMs: number,
  connecting: (socket: Socket) => void,
): NonNullable<SMTPTransportOptions['getSocket']> {
  const host = hostname.replace(/^\[|\]$/g, '');
  return ({ port }, callback) => {
    if (!allowPrivate && isIP(host) && isPrivate(host)) return callback(refused());
    const lookup = allowPrivate ? resolve : publicLookup;
    const socket = connect({ host, port: Number(port), lookup, timeout: timeoutMs });
    connecting(socket);
    const fail = (error: Error): void => {
      socket.destroy();
      callback(error);
    };
    const late = (): void => fail(new TemporaryFailure(`it did not answer within ${timeoutMs / 1_000} s`));
    socket.once('error', fail).once('timeout', late);
    socket.once('connect', () => {
      socket.off('error', fail).off('timeout', late);
      socket.setTimeout(0);
      callback(null, { connection: socket });
    });
  };
}

const refused = (): PermanentFailure =>
  new PermanentFailure('its address is private, and its channel does not say allowPrivate');

/** A connection that failed may not fail the next time. */
function failureOf(error: unknown): Error {
  if (error instanceof PermanentFailure || error instanceof TemporaryFailure) return error;
  if (error instanceof PrivateAddress) return refused();
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number };
  if (responseCode === undefined) return new TemporaryFailure(`it could not be reached: ${code ?? 'error'}`);
  const what = code === 'EAUTH' ? 'it refused our name and password' : 'it refused the mail';
  const answered = `${what}: it answered ${responseCode}`;
  return failureBySmtp(responseCode, answered);
}
