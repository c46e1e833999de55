import { describe, expect, it } from 'vitest';
import { joinInventory } from '../../src/join/inventory.ts';
import type { ContainerScan } from '../../src/model/container-scan.ts';
import { coverageOf } from '../../src/report/coverage.ts';
import { directoryOf, foundContainer, harvestOf, podContainer, podOf, scanOf, strangersScan, teamScan, unreadScan } from '../fleet.ts';

const coverage = (scans: readonly ContainerScan[], more: Parameters<typeof harvestOf>[0] = {}) =>
  coverageOf(joinInventory(harvestOf({ scans, ...more })));

const none = {
  running: 0,
  read: 0,
  partial: 0,
  noDatabase: 0,
  unread: 0,
  neverReadable: 0,
  tooNew: 0,
  changed: 0,
  gone: 0,
  unclear: 0,
  waiting: 0,
  terminated: 0,
};
const read = scanOf(foundContainer('a'));
const partial = scanOf(foundContainer('b'), { status: 'partial', reason: 'damaged' });
const without = scanOf(foundContainer('c'), { status: 'no-database' });
const forbidden = unreadScan('d', 'forbidden');
const gone = unreadScan('e', 'gone');
const stranger = strangersScan('f', []);

describe('coverageOf', () => {
  it.each([
    ['nothing', [], {}, true],
    ['a container that was read', [read], { running: 1, read: 1 }, true],
    ['one without a database', [without], { running: 1, noDatabase: 1 }, true],
    ['one that ended during the scan', [gone], { gone: 1 }, true],
    ['one that was read in part', [partial], { running: 1, partial: 1 }, false],
    ['one that was not read', [forbidden], { running: 1, unread: 1 }, false],
    ['one whose team is not known', [stranger], { running: 1, read: 1 }, false],
    [
      'all of them',
      [read, partial, without, forbidden, gone, stranger],
      { running: 5, read: 2, partial: 1, noDatabase: 1, unread: 1, gone: 1 },
      false,
    ],
  ])('counts %s', (_, scans, counts, complete) => {
    const found = coverage(scans);
    expect(found.containers).toEqual({ ...none, ...counts });
    expect(found.complete).toBe(complete);
  });

  it('is not complete where a source could not be asked', () => {
    const source = { kind: 'docker', name: 'docker', version: null, containers: 0, error: 'It does not answer.' } as const;
    expect(coverage([read], { sources: [source] })).toMatchObject({ complete: false, sources: [source] });
    expect(coverage([read], { sources: [{ ...source, error: null }] }).complete).toBe(true);
  });

  // An inventory of another program may leave the reason out.
  it.each(['unread', 'partial'] as const)('is not complete where a container is %s and no reason is given', (status) => {
    expect(coverage([{ ...read, status, reason: null }]).complete).toBe(false);
  });

  // Only what was not read at all can be expected of nobody; an inventory of another program may say it of a part.
  it.each(['never-readable', 'too-new'] as const)('is not complete where a container is read in part because it is %s', (reason) => {
    const found = coverage([{ ...read, status: 'partial', reason }]);
    expect(found).toMatchObject({ complete: false, containers: { partial: 1, unread: 0, neverReadable: 0, tooNew: 0 } });
  });

  it('counts what does not run apart, and misses nothing by it', () => {
    const pod = podOf('web', [podContainer(null, { state: 'waiting' }), podContainer('x', { state: 'terminated' })]);
    const found = coverage([read], { directory: directoryOf(pod, podOf('job', [podContainer('y', { state: 'terminated' })])) });
    expect(found.containers).toEqual({ ...none, running: 1, read: 1, waiting: 1, terminated: 2 });
    expect(found.complete).toBe(true);
  });

  it('says why, in the order of the reasons, and on which nodes', () => {
    const pods = ['n2', 'n1', 'n2'].map((node, index) => podOf(`p${index}`, [podContainer(String(index))], { node }));
    expect(coverage([partial, forbidden], { directory: directoryOf(...pods) }).unread).toEqual([
      { status: 'partial', reason: 'damaged', containers: 1, nodes: [] },
      { status: 'unread', reason: 'forbidden', containers: 1, nodes: [] },
      { status: 'unread', reason: 'no-agent', containers: 3, nodes: ['n1', 'n2'] },
    ]);
  });

  it('counts teams, and containers without one', () => {
    const scans = [teamScan('1', 'a', []), teamScan('2', 'a', []), teamScan('3', 'b', []), teamScan('4', null, []), strangersScan('5', [])];
    expect(coverage(scans).teams).toEqual({ teams: 2, unownedContainers: 1, unknownContainers: 1 });
  });

  it('says what kinds of packages are looked for', () => {
    expect(coverage([]).packageTypes).toEqual(['alpm', 'apk', 'deb', 'opkg', 'rpm']);
  });
});
