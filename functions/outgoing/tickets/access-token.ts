/** OAuth access tokens by client credentials: kept in memory alone, and asked for again before they expire. */
import { now } from '../../platform/clock.ts';
import { PerEnvironment } from '../../platform/environment.ts';
import { objectAt } from '../../platform/loose.ts';
import { isOk, type ToolAnswer, type ToolRequest } from './ticket-tool.ts';

export interface ClientCredentials {
  path: string;
  clientId: string;
  clientSecret: string;
  /** Parted by blanks. */
  scope: string;
}

/** Zendesk allows 5 minutes to 48 hours, and tells it in its answer only if it was asked for (NangoHQ/nango#6763). */
const lifeSeconds = 1_800;
/** A token is not used in its last seconds: the request may take as long. */
const marginMs = 60_000;

interface AccessToken {
  authorization: string;
  /** Epoch milliseconds. */
  until: number;
}

interface Asking {
  address: string;
  credentials: ClientCredentials;
  /** One request and its answer. @param authorization the header to send */
  exchange: (request: ToolRequest, authorization?: string) => Promise<ToolAnswer>;
}

interface TokenRequest {
  held: Promise<AccessToken | ToolAnswer>;
  /** Epoch milliseconds; while it is being asked for, everybody waits for it. */
  until: number;
}

const tokens = new PerEnvironment(() => new Map<string, TokenRequest>());

/** Makes a request with a token. A refused token is replaced once: the refused request was not executed. */
export async function askWithToken(request: ToolRequest, asking: Asking): Promise<ToolAnswer> {
  for (let isAgain = false; ; isAgain = true) {
    const kept = keepToken(asking);
    const held = await kept.held;
    if ('status' in held) return held;
    const answer = await asking.exchange(request, held.authorization);
    if (answer.status !== 401 || isAgain) return answer;
    kept.until = 0;
  }
}

function keepToken(asking: Asking): TokenRequest {
  const key = JSON.stringify([asking.address, asking.credentials]);
  const before = tokens.get().get(key);
  if (before && before.until > now().getTime()) return before;
  const held = askForToken(asking);
  const kept: TokenRequest = { held, until: Number.POSITIVE_INFINITY };
  tokens.get().set(key, kept);
  void held.then((answer) => {
    kept.until = 'status' in answer ? 0 : answer.until;
  });
  return kept;
}

async function askForToken({ credentials, exchange }: Asking): Promise<AccessToken | ToolAnswer> {
  const { clientId, clientSecret, path, scope } = credentials;
  const body = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
    expires_in: lifeSeconds,
  };
  const askedAt = now().getTime();
  const answer = await exchange({ operation: 'createToken', method: 'POST', path, body });
  const { access_token, expires_in } = isOk(answer) ? objectAt(answer.body) : {};
  if (typeof access_token !== 'string') return withoutToken(answer);
  const lifeMs = (typeof expires_in === 'number' ? expires_in : lifeSeconds) * 1_000;
  return { authorization: `Bearer ${access_token}`, until: askedAt + lifeMs - marginMs };
}

/** The request that needed the token was not sent. */
function withoutToken(answer: ToolAnswer): ToolAnswer {
  const { status } = answer;
  if (status === undefined) return { ...answer, wasSent: false };
  // A client that the tool does not know is refused by 400 or 401 (RFC 6749, section 5.2).
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return { ...answer, status: 401 };
  if (isOk(answer) || status === 408 || status >= 500) {
    return { status: undefined, wasSent: false, why: `It answered ${status} and gave no access token.` };
  }
  return answer;
}
