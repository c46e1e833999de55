import * as fc from 'fast-check';
import { containerOfCgroup } from '../../src/collect/node/cgroup.ts';
import { findContainers, readBootTime, startOf } from '../../src/collect/node/machine.ts';
import { calledAs, innermostPid } from '../../src/collect/node/proc.ts';
import { scratchFile, scratchFolder } from '../scratch.ts';
import { holds, pack, sameTwice, type Target, unpack } from '../target.ts';

const id = 'a'.repeat(64);
const uid = '3c670992-000c-478d-9045-6fbac9e8cbb8';
const cgroups = [
  `0::/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/docker-${id}.scope`,
  `12:cpu,cpuacct:/kubepods/besteffort/pod${uid}/${id}\n1:name=systemd:/kubepods/besteffort/pod${uid}/${id}`,
  `0::/docker/${id}/docker/${'b'.repeat(64)}`,
  `0::/machine.slice/libpod-conmon-${id}.scope`,
  '0::/init.scope',
];
const stat = '7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 12345 0 0 18446744073709551615';
const status = 'Name:\tsh\nNSpid:\t7\t1\n';
const cmdline = '/bin/sh\0-c\0true\0';
const machine = 'cpu  1 2 3\nbtime 1700000000\nprocesses 9\n';
const packed = (cgroup: string, ...more: string[]) =>
  pack(...[cgroup, ...more, ...[stat, status, cmdline, machine].slice(more.length)].map((text) => Buffer.from(text)));

const group = fc.constantFrom(
  'docker',
  `docker-${id}.scope`,
  id,
  `cri-containerd:${id}`,
  `crio-${id}`,
  `crio-conmon-${id}`,
  `pod${uid}`,
  'kubepods.slice',
  '',
  '..',
  'x'.repeat(64),
);

/** Of a process: cgroup, stat, status, cmdline; and the stat of the machine. */
export const target: Target = {
  id: 'proc',
  seeds: () => cgroups.map((cgroup) => packed(cgroup)),
  shaped: fc
    .tuple(
      fc.array(group, { maxLength: 6 }),
      fc.constantFrom('0::/', '1:cpu:/', ''),
      fc.constantFrom(stat, '7 (x) Z 1', '', `7 () S ${'9'.repeat(30)}`),
    )
    .map(([groups, start, processStat]) => packed(`${start}${groups.join('/')}`, processStat)),
  words: [id, '/', ':', '-', '.scope', 'docker-', 'pod', uid, ')', '(', ' ', '\n', 'NSpid:\t', 'btime ', '\0', '9'.repeat(20)],
  run: (input) => {
    const [cgroup = input, ...others] = unpack(input, 5);
    const names = ['7/stat', '7/status', '7/cmdline', 'stat'];
    for (const [index, name] of names.entries()) scratchFile(`proc/${name}`, others[index] ?? input);
    scratchFile('proc/7/cgroup', cgroup);
    const folder = `${scratchFolder()}/proc`;
    const container = sameTwice(() => containerOfCgroup(cgroup.toString('latin1')));
    if (container !== null) {
      holds(/^[0-9a-f]{64}$/.test(container.id) && container.depth >= 1, 'an id that is none');
      holds(container.podUid === null || /^[0-9a-f-]{32,36}$/.test(container.podUid), 'a uid that is none');
    }
    holds(Number.isInteger(innermostPid(folder, 7)), 'a pid that is no number');
    holds((calledAs(folder, 7) ?? 'x').length <= 50, 'a name that is too long');
    for (const [key, { first, processes }] of findContainers(folder)) {
      holds(key === container?.id && processes === 1, 'another container than that of the process');
      const start = startOf(first, readBootTime(folder));
      holds(start === null || !Number.isNaN(Date.parse(start)), 'a start that is no time');
    }
  },
};
