/** The part of the lock file that one dependency needs, so that what is deployed is what was tested. */

interface Locked {
  version?: string;
  integrity?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  dev?: boolean;
  devOptional?: boolean;
}

export interface Lock {
  lockfileVersion: number;
  packages: Record<string, Locked>;
}

export function lockOf(lock: Lock, own: { name: string; version: string; dependencies: Record<string, string> }): Lock {
  const kept = new Map<string, Locked>();
  const add = (name: string, from: string): void => {
    const path = resolve(lock, name, from);
    if (path === undefined || kept.has(path)) return;
    const { dev: _, devOptional: __, ...locked } = lock.packages[path] ?? {};
    kept.set(path, locked);
    const needed = { ...locked.dependencies, ...locked.optionalDependencies, ...neededPeers(locked) };
    for (const each of Object.keys(needed)) add(each, path);
  };
  for (const name of Object.keys(own.dependencies)) add(name, '');
  const sorted = [...kept].sort(([one], [other]) => (one < other ? -1 : 1));
  return {
    ...({ name: own.name, version: own.version } as object),
    lockfileVersion: lock.lockfileVersion,
    packages: { '': own as Locked, ...Object.fromEntries(sorted) },
  };
}

function neededPeers({ peerDependencies = {}, peerDependenciesMeta = {} }: Locked): Record<string, string> {
  return Object.fromEntries(Object.entries(peerDependencies).filter(([name]) => !peerDependenciesMeta[name]?.optional));
}

/** Where Node finds it: beside the importing package, or further up. */
function resolve(lock: Lock, name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`;
    if (lock.packages[path]) return path;
    if (at === '') return undefined;
  }
}
