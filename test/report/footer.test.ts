import { describe, expect, it } from 'vitest';
import type { Coverage } from '../../src/model/coverage.ts';
import { footerOf } from '../../src/report/footer.ts';

const counts = {
  running: 0,
  read: 0,
  partial: 0,
  noDatabase: 0,
  unread: 0,
  neverReadable: 0,
  tooNew: 0,
  unclear: 0,
  changed: 0,
  gone: 0,
  waiting: 0,
  terminated: 0,
};

/** The lines under a table. */
function footer(containers: Partial<Coverage['containers']>, more: Partial<Omit<Coverage, 'containers'>> = {}): string[] {
  const teams = { teams: 0, unownedContainers: 0, unknownContainers: 0 };
  return footerOf({ complete: true, unread: [], sources: [], packageTypes: [], teams, ...more, containers: { ...counts, ...containers } });
}

describe('the line of containers', () => {
  it.each([
    [{ running: 14, read: 13, noDatabase: 1 }, '14 containers run: 13 read, 1 without a package database'],
    [{ running: 1, read: 1 }, '1 container runs: 1 read'],
    [{}, '0 containers run: 0 read'],
    [{ running: 1, read: 1, gone: 2 }, '1 container runs: 1 read (not running: 2 ended meanwhile)'],
    [{ running: 1, read: 1, waiting: 1, terminated: 3 }, '1 container runs: 1 read (not running: 1 waiting, 3 finished)'],
  ])('%j', (containers, line) => {
    expect(footer(containers)[0]).toBe(`${line}   ·   OS packages only`);
  });

  const forbidden = { status: 'unread', reason: 'forbidden', containers: 2, nodes: [] as string[] } as const;
  const noAgent = { status: 'unread', reason: 'no-agent', containers: 1, nodes: ['n1'] } as const;

  it.each([
    ['one reason, without its number', [forbidden], '2 not read: access was refused'],
    ['one reason with its node', [noAgent], '2 not read: nothing here reads the containers of that node (n1)'],
    ['up to three nodes', [{ ...forbidden, nodes: ['a', 'b', 'c'] }], '2 not read: access was refused (a, b, c)'],
    ['more nodes', [{ ...forbidden, nodes: ['a', 'b', 'c', 'd', 'e'] }], '2 not read: access was refused (a, b, c and 2 more)'],
    [
      'several reasons, each with its number',
      [forbidden, noAgent],
      '2 not read: 2 access was refused; 1 nothing here reads the containers of that node (n1)',
    ],
    [
      'reasons of the same kind alone',
      [forbidden, { ...forbidden, status: 'partial', reason: 'damaged' } as const],
      '2 not read: access was refused',
    ],
  ])('says why: %s', (_, unread, words) => {
    expect(footer({ running: 2, unread: 2 }, { unread: unread.map((group) => ({ ...group, nodes: [...group.nodes] })) })[0]).toBe(
      `2 containers run: 0 read, ${words}   ·   OS packages only`,
    );
  });

  it('says why containers were read in part', () => {
    const unread = [{ status: 'partial' as const, reason: 'damaged' as const, containers: 1, nodes: [] }];
    expect(footer({ running: 1, partial: 1 }, { unread })[0]).toContain('0 read, 1 read in part: a database could not be understood   ·');
  });
});

describe('the lines below it', () => {
  it('are the words of each source that failed', () => {
    const source = { kind: 'docker', name: 'x', version: null, containers: 0 } as const;
    expect(
      footer(
        {},
        {
          sources: [
            { ...source, error: 'It is gone.' },
            { ...source, error: null },
          ],
        },
      ).slice(1, -1),
    ).toEqual(['It is gone.']);
  });

  it.each([
    [{ teams: 3, unownedContainers: 1, unknownContainers: 0 }, '3 teams; 1 container without a team'],
    [{ teams: 1, unownedContainers: 0, unknownContainers: 0 }, '1 team; 0 containers without a team'],
    [
      { teams: 0, unownedContainers: 0, unknownContainers: 2 },
      '0 teams; 0 containers without a team; 2 containers whose team is not known',
    ],
  ])('are of teams: %j', (teams, line) => {
    expect(footer({}, { teams }).at(-1)).toBe(line);
  });
});
