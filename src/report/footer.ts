import type { Coverage } from '../model/coverage.ts';
import { unreadReasons } from '../model/unread-reasons.ts';

/** How many nodes a line names; the others are counted. */
const namedNodes = 3;

/** What stands under a table: how many containers were read, how many were not and why, and how many have a team. */
export function footerOf(coverage: Coverage): string[] {
  return [
    `${containersLine(coverage)}   ·   OS packages only`,
    ...changedLine(coverage),
    ...unclearLine(coverage),
    ...failedSources(coverage),
    teamsLine(coverage),
  ];
}

function containersLine({ containers, unread: reasons }: Coverage): string {
  const { running, read, partial, noDatabase, unread, gone } = containers;
  const [waiting, terminated] = [containers.waiting ?? 0, containers.terminated ?? 0];
  const parts = [
    `${read} read`,
    partial > 0 && `${partial} read in part: ${why(reasons, 'partial')}`,
    noDatabase > 0 && `${noDatabase} without a package database`,
    unread > 0 && `${unread} not read: ${why(reasons, 'unread')}`,
  ];
  const apart = [gone > 0 && `${gone} ended meanwhile`, waiting > 0 && `${waiting} waiting`, terminated > 0 && `${terminated} finished`];
  const line = `${count(running, 'container runs', 'containers run')}: ${joined(parts)}`;
  return joined(apart) === '' ? line : `${line} (not running: ${joined(apart)})`;
}

/** The reasons, each with its number if there are several. */
function why(reasons: Coverage['unread'], wanted: 'partial' | 'unread'): string {
  const groups = reasons.filter(({ status }) => status === wanted);
  return groups
    .map((group) => `${groups.length > 1 ? `${group.containers} ` : ''}${unreadReasons[group.reason]}${placesOf(group)}`)
    .join('; ');
}

function placesOf({ nodes }: Coverage['unread'][number]): string {
  if (nodes.length === 0) return '';
  const more = nodes.length > namedNodes ? ` and ${nodes.length - namedNodes} more` : '';
  return ` (${nodes.slice(0, namedNodes).join(', ')}${more})`;
}

/** Packages that somebody installed by hand are not in the image. */
function changedLine({ containers: { changed } }: Coverage): string[] {
  if (changed === 0) return [];
  return [`${count(changed, 'container', 'containers')} with package databases that changed since the image (report coverage says where)`];
}

function unclearLine({ containers: { unclear } }: Coverage): string[] {
  if (unclear === 0) return [];
  return [
    `${count(unclear, 'container', 'containers')} left out because their namespace or image is not known: they may have what you asked for`,
  ];
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

const joined = (parts: readonly (string | false)[]) => parts.filter((part) => part !== false).join(', ');
