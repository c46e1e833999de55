import type { Coverage } from '../model/coverage.ts';
import { unreadReasons } from '../model/scan.ts';

/** Nodes that are named in one line; the rest is counted. */
const namedNodes = 3;

/** What stands under a table: how many containers were read, how many not and why, and how many have a team. */
export function footerOf(coverage: Coverage): string[] {
  return [
    `${containersLine(coverage)}   ·   OS packages only`,
    ...coverage.unread.map(reasonLine),
    ...failedSources(coverage),
    teamsLine(coverage),
  ];
}

function containersLine({ containers }: Coverage): string {
  const { running, read, partial, noDatabase, unread, gone, waiting, terminated } = containers;
  const parts = [
    `${read} read`,
    partial > 0 && `${partial} read in part`,
    noDatabase > 0 && `${noDatabase} without a package database`,
    unread > 0 && `${unread} not read`,
  ];
  const apart = [
    gone > 0 && `${gone} ended meanwhile`,
    waiting > 0 && `${waiting} waiting`,
    terminated > 0 && `${terminated} finished`,
  ].filter((part) => part !== false);
  const line = `${count(running, 'container runs', 'containers run')}: ${parts.filter((part) => part !== false).join(', ')}`;
  return apart.length === 0 ? line : `${line} (not running: ${apart.join(', ')})`;
}

function reasonLine({ reason, containers, nodes }: Coverage['unread'][number]): string {
  const named = nodes.slice(0, namedNodes).join(', ');
  const more = nodes.length > namedNodes ? ` and ${nodes.length - namedNodes} more` : '';
  return `${count(containers, 'container', 'containers')} not read, or not wholly: ${unreadReasons[reason]} (${reason})${named && `, on ${named}${more}`}`;
}

function failedSources({ sources }: Coverage): string[] {
  return sources.flatMap(({ error }) => error ?? []);
}

function teamsLine({ teams: { teams, unownedContainers, unknownContainers } }: Coverage): string {
  return [
    count(teams, 'team', 'teams'),
    `${count(unownedContainers, 'container', 'containers')} without a team`,
    ...(unknownContainers > 0 ? [`${count(unknownContainers, 'container', 'containers')} whose team is not known`] : []),
  ].join('; ');
}

const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
