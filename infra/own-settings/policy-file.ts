/** `policy.json` of a team's settings: a part of the policy, in place of the defaults. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isTable } from '../../functions/policy/own.ts';
import type { Language } from '../../functions/words/text.ts';

export const policyFile = 'policy.json';

/**
 * Unchecked: `refuseWrong` checks it. Loads nothing of the policy, which takes these values as it is loaded.
 * @returns undefined if the folder has no such file @throws Error if it cannot be read
 */
export function readPolicyFile(folder: string, language: Language): unknown {
  const own = readJson(folder, policyFile, language);
  if (!isTable(own)) return own;
  // For editors.
  const { $schema: _, ...policy } = own;
  return policy;
}

/** @returns undefined where the folder has no such file @throws Error where it cannot be read */
export function readJson(folder: string, file: string, language: Language): unknown {
  const path = join(folder, file);
  if (!existsSync(folder)) {
    throw new Error(
      language === 'ja'
        ? `設定のフォルダー ${folder} がありません。--settings または METRONOME_SETTINGS には実在するフォルダーを指定してください。`
        : `There is no folder ${folder}: --settings or METRONOME_SETTINGS has to name one that is there.`,
    );
  }
  if (!existsSync(path)) return undefined;
  try {
    // An editor of Windows may begin a file with a byte order mark.
    return JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const { message } = error as Error;
    throw new Error(
      language === 'ja' ? `${path} は JSON として読めません: ${message}` : `${path} is no JSON: ${message}`,
      {
        cause: error,
      },
    );
  }
}

/** @throws Error with a line for each value that is wrong */
export async function refuseWrong(folder: string, own: unknown, language: Language): Promise<void> {
  const { sayWrong, wrongIn } = await import('./check.ts');
  const wrong = wrongIn(own);
  if (wrong.length > 0) throw new Error(sayWrong(join(folder, policyFile), wrong, language));
}

const inProcess = globalThis as { METRONOME_OWN_POLICY?: string };

/** The values that the policy reads when it loads. */
export function inForce(own: unknown): void {
  inProcess.METRONOME_OWN_POLICY = JSON.stringify(own);
}

/** As JSON, for a bundle. */
export const ownPolicyInForce = (): string => inProcess.METRONOME_OWN_POLICY ?? '{}';
