/** The machine's own Chromium, which is told to talk to nobody of its own accord. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executables = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable'];

export function openBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? executables.find((path) => existsSync(path));
  if (!executablePath)
    throw new Error('There is no Chromium. Install it (apt-get install chromium), or set CHROMIUM_PATH.');
  return chromium.launch({
    executablePath,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
