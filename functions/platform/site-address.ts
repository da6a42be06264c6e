/** The address of a tool's site, of a name alone or of the whole host as people copy it. Pure. */
export function siteAddress(name: string | undefined, domain: string): string | undefined {
  const host = name
    ?.replace(/^https?:\/\//i, '')
    .replace(/\/.*$/s, '')
    .toLowerCase();
  if (!host || !/^[a-z0-9.-]{1,253}$/.test(host)) return undefined;
  return `https://${host.includes('.') ? host : `${host}.${domain}`}`;
}
