/** Preloaded by the commands of a team: its own policy is in force before anything that decides is loaded. */
import { parseArgs } from 'node:util';
import { machineLanguage } from '../machine-language.ts';
import { reasonOf } from '../reason-of.ts';
import { settingsFolder } from '../settings-folder.ts';
import { inForce, readPolicyFile, refuseWrong } from './policy-file.ts';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: { settings: { type: 'string' }, language: { type: 'string' } },
  strict: false,
});

try {
  const [typedFolder, asked] = [values.settings, values.language].map((each) =>
    typeof each === 'string' ? each : undefined,
  );
  const language = machineLanguage(process.env, asked);
  const folder = settingsFolder(typedFolder);
  const own = readPolicyFile(folder, language);
  if (own !== undefined) {
    // The check loads the policy, which would be without them for good.
    inForce(own);
    await refuseWrong(folder, own, language);
  }
} catch (error) {
  process.stderr.write(`${reasonOf(error)}\n`);
  process.exit(1);
}
