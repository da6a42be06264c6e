/** What a mail server may do to a mail: nothing leaves in plain words or to an address that nobody allowed, and nothing hangs. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Mail } from '../../functions/outgoing/channels/mail.ts';
import { type Mailed, type Mailing, sendMail } from '../../functions/outgoing/channels/send-mail.ts';
import { AccessRefused, PermanentFailure, TemporaryFailure } from '../../functions/platform/failures.ts';

const mail: Mail = {
  from: 'metronome@example.jp',
  to: ['ada@example.jp'],
  date: new Date('2026-11-24T01:00:00Z'),
  subject: '件名',
  text: '本文',
  html: '<p>本文</p>',
  messageId: '<1@example.jp>',
  headers: {},
};
const anything = { allowPrivate: true, allowPlain: true, timeoutMs: 10_000 };
const send = (url: string, way: Partial<Mailing> = {}): Promise<Error | undefined> =>
  sendMail(mail, { url, ...anything, ...way }).then(
    () => undefined,
    (error: Error) => error,
  );

const servers: { close(done: () => void): unknown }[] = [];
const sockets = new Set<Socket>();
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((each) => new Promise<void>((done) => each.close(done))));
});

/** @returns where it listens, and what it is told */
async function listening(server: Server): Promise<string> {
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function mailServer(options: ConstructorParameters<typeof SMTPServer>[0] = {}) {
  const taken: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _, done) => done(null, { user: `${username} ${password}` }),
    onData(stream, { user }, done) {
      stream
        .on('data', () => undefined)
        .on('end', () => {
          taken.push(String(user ?? 'nobody'));
          done();
        });
    },
    ...options,
  });
  server.on('error', () => undefined);
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { host: `127.0.0.1:${(server.server.address() as AddressInfo).port}`, taken };
}

describe('SMTP_URL', () => {
  it.each([
    ['http://mail.example.jp', /smtp:\/\/host/],
    ['mail.example.jp:587', /smtp:\/\/host/],
    ['smtp://', /smtp:\/\/host/],
    ['smtps://ada:50%off@mail.example.jp', /%25/],
    ['smtps://50%:x@mail.example.jp', /%25/],
  ])('%s is wrong for good, and what is said of it repeats none of it', async (url, what) => {
    const error = await send(url);
    expect(error).toBeInstanceOf(PermanentFailure);
    expect(error?.message).toMatch(what);
    expect(error?.message).not.toMatch(/off|example|ada/);
  });

  it('may hold any name and password, escaped', async () => {
    const { host, taken } = await mailServer({ disabledCommands: ['STARTTLS'] });
    expect(await send(`smtp://ada%40example.jp:50%25%20%2F%3A@${host}`)).toBeUndefined();
    expect(taken).toEqual(['ada@example.jp 50% /:']);
  });
});

// Of a connection that is made, where it leads to is seen before anybody answers.
it.each([
  ['smtps://127.0.0.1', '127.0.0.1:465'],
  ['smtp://127.0.0.1', '127.0.0.1:587'],
  ['smtp://127.0.0.1:9', '127.0.0.1:9'],
  ['smtps://[::1]:9', '::1:9'],
])('%s is called at %s', async (url, expected) => {
  const called: string[] = [];
  const seen = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    socket.once('connectionAttempt', (host: string, port: number) => {
      called.push(`${host}:${port}`);
      process.nextTick(() => socket.destroy(new Error('seen')));
    });
  };
  subscribe('net.client.socket', seen);
  try {
    expect(await send(url)).toBeInstanceOf(TemporaryFailure);
  } finally {
    unsubscribe('net.client.socket', seen);
  }
  expect(called).toEqual([expected]);
});

describe('its recipients', () => {
  it.each(['smtp://127.0.0.1:25', 'smtps://localhost:465', 'smtp://[::1]:25', 'smtp://169.254.169.254'])(
    'not %s, which is private',
    async (url) => {
      const error = await send(url, { allowPrivate: false });
      expect(error).toBeInstanceOf(PermanentFailure);
      expect(error?.message).toContain('private');
    },
  );

  it('not a server that offers no TLS', async () => {
    const { host, taken } = await mailServer({ disabledCommands: ['STARTTLS'] });
    expect(await send(`smtp://${host}`, { allowPlain: false })).toBeInstanceOf(Error);
    expect(taken).toEqual([]);
    expect(await send(`smtp://${host}`)).toBeUndefined();
    expect(taken).toHaveLength(1);
  });

  it.each([
    ['smtps', { secure: true }],
    ['smtp', {}],
  ])('not a server of %s whose certificate nobody vouches for', async (scheme, options) => {
    const { host, taken } = await mailServer(options);
    expect(await send(`${scheme}://${host}`)).toBeInstanceOf(TemporaryFailure);
    expect(taken).toEqual([]);
  });
});

it.each(
  Object.entries<(socket: Socket) => void>({
    'says nothing': () => undefined,
    'goes on greeting': (socket) => {
      const greeting = setInterval(() => socket.write('220-wait\r\n'), 20);
      socket.on('close', () => clearInterval(greeting));
    },
    'takes each word for itself': (socket) => {
      socket.write('220 ready\r\n');
      socket.on('data', () => {
        const slow = setInterval(() => socket.write('250-slow\r\n'), 20);
        socket.on('close', () => clearInterval(slow));
      });
    },
  }),
)('how long it waits not for a server that %s', async (_, behave) => {
  const host = await listening(createServer(behave));
  const error = await send(`smtp://${host}`, { timeoutMs: 200 });
  expect(error).toBeInstanceOf(TemporaryFailure);
  // On a busy machine either deadline may be the first that is looked at.
  expect(error?.message).toMatch(/^it (?:could not be reached: ETIMEDOUT|was not done within 0\.4 s)$/);
});

it('a text that names a file or an address is not fetched from there, and nothing is sent', async () => {
  const { host, taken } = await mailServer({ disabledCommands: ['STARTTLS'] });
  let isAsked = false;
  const elsewhere = await listening(
    createServer((socket) => {
      isAsked = true;
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    }),
  );
  for (const text of [{ path: import.meta.filename }, { href: `http://${elsewhere}/` }]) {
    const odd = { ...mail, text: text as unknown as string };
    await expect(sendMail(odd, { url: `smtp://${host}`, ...anything })).rejects.toBeInstanceOf(TemporaryFailure);
  }
  expect([isAsked, taken]).toEqual([false, []]);
});

it.each([
  [421, TemporaryFailure],
  [450, TemporaryFailure],
  [452, TemporaryFailure],
  [500, PermanentFailure],
  // Some say so where they are busy.
  [503, TemporaryFailure],
  [550, PermanentFailure],
  [554, PermanentFailure],
])('a refusal of %i is what it is', async (responseCode, kind) => {
  const refusal = Object.assign(new Error('No'), { responseCode });
  const { host } = await mailServer({ disabledCommands: ['STARTTLS'], onMailFrom: (_, __, done) => done(refusal) });
  const error = await send(`smtp://${host}`);
  expect(error).toBeInstanceOf(kind);
  expect(error?.message).toBe(`it refused the mail: it answered ${responseCode}`);
});

it.each([
  [454, TemporaryFailure],
  [535, AccessRefused],
])('a name and password refused with %i are said to be what was refused', async (responseCode, Kind) => {
  const refusal = Object.assign(new Error('No'), { responseCode });
  const onAuth = (_: unknown, __: unknown, done: (error: Error) => void): void => done(refusal);
  const { host } = await mailServer({ disabledCommands: ['STARTTLS'], onAuth });
  const said = `it refused our name and password: it answered ${responseCode}`;
  const error = await send(`smtp://ada:x@${host}`);
  expect(error).toEqual(new Kind(said));
  expect(error).toBeInstanceOf(Kind);
});

it('a recipient that is greylisted is tried again alone, and one that is refused for good is not', async () => {
  let replies: Record<string, number> = { bob: 451, eve: 550 };
  const asked: string[] = [];
  const onRcptTo = ({ address }: { address: string }, _: unknown, done: (error?: Error) => void): void => {
    const name = address.replace(/@.*/, '');
    asked.push(name);
    const responseCode = replies[name];
    done(responseCode ? Object.assign(new Error('No'), { responseCode }) : undefined);
  };
  const { host, taken } = await mailServer({ disabledCommands: ['STARTTLS'], onRcptTo });
  const to = ['ada@example.jp', 'bob@example.jp', 'eve@example.jp'];
  const way = { url: `smtp://${host}`, ...anything };
  const first = await sendMail({ ...mail, to }, way);
  expect(first).toMatchObject({ kind: 'retry', why: 'it refused 2 of 3 recipients' });
  const { mailed } = first.fields as { mailed: Mailed };
  expect(JSON.stringify(mailed)).not.toMatch(/ada|bob|eve|example/);
  asked.length = 0;
  expect(await sendMail({ ...mail, to }, way, mailed)).toMatchObject({ kind: 'retry' });
  replies = { eve: 550 };
  expect(await sendMail({ ...mail, to }, way, mailed)).toMatchObject({
    kind: 'rejected',
    why: 'it refused 1 of 3 recipients',
  });
  expect([asked, taken.length]).toEqual([['bob', 'bob'], 2]);
});
