// Makes large inventories, always the same ones, as a fleet of that size would give.
import { closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { output, program } from './measure.mjs';

const hex = (kind, number) => `${kind}${number.toString(16)}`.padEnd(64, '0123456789abcdef');

/** A number that has nothing to do with the one before it. */
const scatter = (number) => Math.imul(number ^ (number >>> 7), 2_654_435_761) >>> 6;

function packageOf(number) {
  const [name, version] = [`package-${String(number).padStart(6, '0')}`, `1.${number % 97}.${number % 13}-${(number % 5) + 1}+b1`];
  return {
    ...{ type: 'deb', name, version, architecture: 'amd64', sourcePackage: { name: `source-${number % 9000}`, version } },
    ...{ licenseDeclared: null, purl: `pkg:deb/debian/${name}@${version.replace('+', '%2B')}?arch=amd64&distro=debian-12` },
  };
}

/** One package out of each of as many ranges as the set has packages: so sets overlap, and are in order. */
function setOf(number, { packages, setSize }) {
  const range = packages / setSize;
  return Array.from({ length: setSize }, (_, i) => Math.floor(i * range) + ((number * 31 + i * number * 17 + i) % Math.floor(range)));
}

function containerOf(number, { sets, teams, changed = 0 }) {
  // Each team has some, also where there are as few containers as teams.
  const [team, set] = [`team-${number % teams}`, scatter(number + (number < changed ? 2 : 1)) % sets];
  const [namespace, name] = [`namespace-${number % 900}`, `app-${number % 4000}`];
  const pod = {
    namespace,
    name: `${name}-6d4cf56db6-${number}`,
    uid: hex('e', number).slice(0, 36),
    container: name,
    containerType: 'container',
  };
  const database = { type: 'deb', path: '/var/lib/dpkg/status', status: 'read', reason: null, packages: 250 };
  return {
    ...{ id: hex('c', number), name, runtime: 'docker', node: `node-${number % 3000}`, cluster: hex('d', 1).slice(0, 36) },
    ...{ startedAt: '2026-11-22T06:00:00Z', labels: { maintainer: `${team}@example.com` }, image: set, os: 0 },
    pod: { ...pod, workload: { kind: 'Deployment', name } },
    team: {
      ...{ name: team, status: 'owned', candidates: [], conflict: false, unasked: [] },
      from: { kind: 'Pod', namespace, name: pod.name, field: 'label', key: 'team', value: team },
    },
    scan: {
      ...{ status: 'read', reason: null, message: null, by: 'docker', collectedAt: '2026-11-23T06:00:00.000Z', drift: false },
      ...{ packageSet: hex('a', set), databases: [database] },
    },
  };
}

function* list(count, itemOf) {
  for (let i = 0; i < count; i++) yield `${i === 0 ? '[\n' : ',\n'}${JSON.stringify(itemOf(i))}`;
  yield '\n]';
}

/** Of the program itself come the version of the schema, and what else stands in front. */
function headOf(work) {
  const { schemaVersion, generated, contentDigest, generator, selections } = JSON.parse(
    output(process.execPath, [program, 'collect', '-q', '--rootfs', work]),
  );
  return { schemaVersion, generated, contentDigest, generator, selections, sources: [], clusters: [] };
}

function* inventoryText(fleet, head) {
  yield JSON.stringify(head).slice(0, -1);
  yield ',\n"containers": ';
  yield* list(fleet.containers, (i) => containerOf(i, fleet));
  yield ',\n"images": ';
  yield* list(fleet.sets, (i) => ({ name: `app.example:${i}`, id: `sha256:${hex('f', i)}`, digest: null, labels: {} }));
  yield ',\n"systems": [{"id":"debian","idLike":[],"versionId":"12","name":"Debian GNU/Linux 12 (bookworm)"}],\n"packages": ';
  yield* list(fleet.packages, packageOf);
  yield ',\n"packageSets": {';
  for (let i = 0; i < fleet.sets; i++) yield `${i === 0 ? '\n' : ',\n'}"${hex('a', i)}": ${JSON.stringify(setOf(i, fleet))}`;
  yield '\n},\n"diagnostics": []}\n';
}

/**
 * Writes the inventory of a fleet, unless it is there, and gives its path: { containers, teams, sets, setSize, packages, changed }. The first
 * `changed` containers, none by default, have other packages than in the same fleet without it.
 */
export function largeInventory(work, fleet) {
  const path = join(work, `inventory-${Object.values(fleet).join('-')}.json`);
  if (existsSync(path)) return path;
  const file = openSync(path, 'w');
  let waiting = '';
  for (const part of inventoryText(fleet, headOf(work))) {
    waiting += part;
    if (waiting.length < 1024 * 1024) continue;
    writeSync(file, waiting);
    waiting = '';
  }
  writeSync(file, waiting);
  closeSync(file);
  return path;
}
