import type { Coverage } from '../model/coverage.ts';
import { missedIn } from '../model/missed.ts';

/** The footer in a few words. */
export function stateOf(coverage: Coverage): string {
  const { running, neverReadable, tooNew } = coverage.containers;
  const { unread, partial, unclear, teamUnknown, sources } = missedIn(coverage);
  if (coverage.complete) {
    const apart = [neverReadable > 0 && `${neverReadable} that cannot be read`, tooNew > 0 && `${tooNew} that have just started`];
    const words = apart.filter((part) => part !== false).join(' and ');
    return words === '' ? 'Complete' : `Complete, except for ${words}, of ${running}`;
  }
  const lacks = [
    unread > 0 && `${unread} of ${counted(running)} not read`,
    partial > 0 && `${partial} of ${counted(running)} read in part`,
    unclear > 0 && `the namespace or image of ${counted(unclear)} not known`,
    teamUnknown > 0 && `the team of ${counted(teamUnknown)} not known`,
    sources.length > 0 && `${sources.length} of ${coverage.sources.length} sources could not be asked`,
  ];
  return `Incomplete: ${lacks.filter((lack) => lack !== false).join(', ')}`;
}

const counted = (containers: number) => `${containers} ${containers === 1 ? 'container' : 'containers'}`;
