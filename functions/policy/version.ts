/** The version of the policy that made a decision. Pure. */
import { createHash } from 'node:crypto';

const versions = new WeakMap<object, string>();

/** The policy's content hash: `pol_` and 12 hex digits. */
export function policyVersion(of: object): string {
  let version = versions.get(of);
  if (!version) {
    version = `pol_${createHash('sha256').update(JSON.stringify(of)).digest('hex').slice(0, 12)}`;
    versions.set(of, version);
  }
  return version;
}
