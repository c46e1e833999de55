import type { Target } from '../collect/target.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** Where package managers whose databases are not read keep what they install. */
const unreadPlaces = [
  { path: '/nix/store', manager: 'Nix' },
  { path: '/var/db/pkg', manager: 'Portage' },
  { path: '/var/db/xbps', manager: 'XBPS' },
] as const;

/** Reports packages in a container without a known database. Only then does it ask, because every request takes an engine time. */
export async function findUnread(target: Target): Promise<Omit<Diagnostic, 'container'>[]> {
  const stats = await Promise.all(unreadPlaces.map(({ path }) => target.stat(path)));
  return unreadPlaces
    .filter((_, index) => stats[index] !== null)
    .map(({ path, manager }) => {
      const message = `It has packages of ${manager}, which are not read.`;
      return { severity: 'warning', code: 'scan/unknown-database', message, path };
    });
}
