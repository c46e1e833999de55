import { describe, expect, it } from 'vitest';
import { readLumogonReport } from '../../src/collect/lumogon.ts';
import { lumogon } from '../../src/format/lumogon.ts';
import { joinInventory } from '../../src/join/inventory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import {
  directoryOf,
  foundContainer,
  harvestOf,
  idOf,
  packageRecord,
  podContainer,
  podLabels,
  podOf,
  scanWith,
  teamScan,
  unreadScan,
} from '../fleet.ts';
import { inventory as hostile, textOf } from './reports.ts';

const print = (inventory: Inventory) => JSON.parse(textOf(lumogon.format(inventory)));

const pod = podOf('web', [podContainer('b')]);
const inPod = foundContainer('b', { pod: podLabels(pod) });
const rpm = {
  type: 'rpm',
  packages: [packageRecord('bash', '1:5.2-3.el9', { architecture: 'x86_64' }), packageRecord('key', '1-2', { architecture: null })],
} as const;
const debian = { id: 'debian', idLike: [], versionId: '12', name: null };
const fleet = joinInventory(
  harvestOf({
    directory: directoryOf(pod),
    scans: [
      { ...teamScan('a', 'shamu', [packageRecord('bash', '5.1'), packageRecord('bash', '5.2', { architecture: 'i386' })]), system: debian },
      scanWith(inPod, [], { contents: [rpm] }),
      unreadScan('c', 'forbidden', { message: 'No.' }),
      unreadScan('d', 'gone'),
    ],
  }),
);
const report = print(fleet);
const uuid = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const schema = 'http://puppet.com/lumogon/capability/label/draft-01/schema#1';

describe('lumogon', () => {
  it('begins as a report of Lumogon does', () => {
    const { containers, ...head } = report;
    expect(head).toEqual({
      $schema: 'http://puppet.com/lumogon/core/draft-01/schema#1',
      generated: '2026-01-03 00:00:00 +0000 UTC',
      owner: 'default',
      group: ['default'],
      client_version: { BuildVersion: '0.0.0', BuildTime: '', BuildSHA: '' },
      reportid: uuid,
    });
    expect(Object.keys(containers)).toEqual(['a', 'b', 'c'].map(idOf));
  });

  it('has of a container its capabilities, without a payload where there is nothing', () => {
    expect(report.containers[idOf('a')]).toEqual({
      $schema: 'http://puppet.com/lumogon/containerreport/draft-01/schema#1',
      generated: '2026-01-02 00:00:00 +0000 UTC',
      container_report_id: uuid,
      container_id: idOf('a'),
      container_name: '/name-a',
      capabilities: {
        apk: { $schema: schema, title: 'Packages (APK)', type: 'dockerapi', harvestid: uuid },
        dpkg: { $schema: schema, title: 'Packages (DPKG)', type: 'dockerapi', harvestid: uuid, payload: { bash: '5.2' } },
        rpm: { $schema: schema, title: 'Packages (RPM)', type: 'dockerapi', harvestid: uuid },
        label: { $schema: schema, title: 'Labels', type: 'dockerapi', harvestid: uuid, payload: { team: 'shamu' } },
        host: {
          $schema: schema,
          title: 'Host Information',
          type: 'attached',
          harvestid: uuid,
          payload: { os: 'linux', platform: 'debian', platformfamily: 'debian', platformversion: '12' },
        },
      },
    });
  });

  it('writes versions of rpm as Lumogon did, and the labels of Kubernetes', () => {
    const { rpm: packages, label } = report.containers[idOf('b')].capabilities;
    expect(packages.payload).toEqual({ bash: '5.2-3.el9-x86_64', key: '1-2-(none)' });
    expect(label.payload).toEqual({
      'io.kubernetes.container.name': 'main',
      'io.kubernetes.pod.name': 'web',
      'io.kubernetes.pod.namespace': 'shop',
      'io.kubernetes.pod.uid': pod.uid,
    });
  });

  it('says of what was not read that it was not', () => {
    const { apk, dpkg, rpm: packages } = report.containers[idOf('c')].capabilities;
    expect([apk.payload, dpkg.payload, packages.payload]).toEqual([{ error: 'No.' }, { error: 'No.' }, { error: 'No.' }]);
  });

  it('can be read back', () => {
    const { scans } = readLumogonReport(report, 'lumogon.json');
    expect(
      scans.map(({ container, status, contents }) => [
        container.id,
        container.pod?.name,
        status,
        contents.flatMap(({ packages }) => packages.length),
      ]),
    ).toEqual([
      [idOf('a'), undefined, 'read', [1]],
      [idOf('b'), 'web', 'read', [2]],
      [idOf('c'), undefined, 'unread', []],
    ]);
    expect(readLumogonReport(print(hostile), 'lumogon.json').scans).toHaveLength(hostile.containers.length);
  });
});
