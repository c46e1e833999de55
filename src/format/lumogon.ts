import type { Container } from '../model/container.ts';
import type { Inventory } from '../model/inventory.ts';
import { isGone } from '../model/missed.ts';
import type { Package, PackageType } from '../model/package.ts';
import type { InventoryFormatter } from './formatter.ts';
import { uuidOf } from './uuid.ts';
import { jsonText } from './visible-text.ts';

// The report of Lumogon (puppetlabs/lumogon, 2017), including its faults, so that scripts written for it keep working: it has only apk,
// dpkg and rpm, one version per name, no rpm epochs, and no teams.

export const lumogon: InventoryFormatter = {
  format: formatLumogon,
};

const schemaOf = (what: string) => `http://puppet.com/lumogon/${what}/draft-01/schema#1`;

function* formatLumogon(inventory: Inventory, asked: string | null = null): Generator<string> {
  const { contentDigest, generated, generator } = inventory;
  const head = {
    ...{ $schema: schemaOf('core'), generated: goTime(generated), owner: 'default', group: ['default'] },
    client_version: { BuildVersion: generator.version, BuildTime: '', BuildSHA: '' },
    reportid: uuidOf('lumogon', contentDigest, generated, asked ?? ''),
  };
  yield `${jsonText(head).slice(0, -1)},\n"containers":{`;
  let before = '\n';
  for (const container of inventory.containers) {
    if (isGone(container.scan)) continue;
    yield `${before}${jsonText(container.id)}:${jsonText(containerReport(container, inventory))}`;
    before = ',\n';
  }
  yield '\n}}\n';
}

/** As Go prints a time. */
function goTime(text: string): string {
  const [, date, time] = /^([^T]*)T(.*)Z$/.exec(text) ?? [];
  return date === undefined ? text : `${date} ${time} +0000 UTC`;
}

function containerReport(container: Container, inventory: Inventory): object {
  const { id, name, scan } = container;
  const generated = goTime(scan.collectedAt ?? inventory.generated);
  return {
    ...{ $schema: schemaOf('containerreport'), generated, container_report_id: uuidOf('lumogon', inventory.contentDigest, id) },
    ...{ container_id: id, container_name: `/${name}` },
    capabilities: {
      ...packageCapabilities(container, inventory),
      label: capability(container, 'label', 'Labels', labelsOf(container)),
      host: { ...capability(container, 'host', 'Host Information', hostOf(container, inventory)), type: 'attached' },
    },
  };
}

type Payload = Readonly<Record<string, string>>;

/** The payload is left out when it is empty. */
function capability({ id }: Container, name: string, title: string, payload: Payload) {
  const head = { $schema: schemaOf('capability/label'), title, type: 'dockerapi', harvestid: uuidOf('lumogon', id, name) };
  return Object.keys(payload).length === 0 ? head : { ...head, payload };
}

const packageTypes: Readonly<Record<string, { readonly title: string; readonly type: PackageType }>> = {
  apk: { title: 'Packages (APK)', type: 'apk' },
  dpkg: { title: 'Packages (DPKG)', type: 'deb' },
  rpm: { title: 'Packages (RPM)', type: 'rpm' },
};

function packageCapabilities(container: Container, inventory: Inventory) {
  return Object.fromEntries(
    Object.entries(packageTypes).map(([name, { title, type }]) => [
      name,
      capability(container, name, title, payloadOf(container, type, inventory)),
    ]),
  );
}

/** Versions by name, or what went wrong: there is no place for both. */
function payloadOf({ scan }: Container, type: PackageType, { packages, packageSets }: Inventory): Payload {
  const isUnread = scan.status === 'unread' || scan.databases.some((database) => database.type === type && database.status === 'unread');
  if (isUnread) return { error: scan.message ?? scan.reason ?? 'not read' };
  const installed = (packageSets[scan.packageSet ?? ''] ?? []).map((position) => packages[position] as Package);
  return Object.fromEntries(installed.filter((entry) => entry.type === type).map((entry) => [entry.name, versionOf(entry)]));
}

/** For rpm VERSION-RELEASE-ARCHITECTURE, without epoch. */
function versionOf({ type, version, architecture }: Package): string {
  return type === 'rpm' ? `${(version ?? '').replace(/^\d+:/, '')}-${architecture ?? '(none)'}` : (version ?? '');
}

/** Includes those that Kubernetes sets: the Inventory has them as the pod. */
function labelsOf({ labels, pod }: Container): Payload {
  if (pod === null) return labels ?? {};
  const { container, name, namespace, uid } = pod;
  const known = Object.entries({ 'container.name': container, 'pod.name': name, 'pod.namespace': namespace, 'pod.uid': uid });
  return { ...labels, ...Object.fromEntries(known.flatMap(([key, value]) => (value === null ? [] : [[`io.kubernetes.${key}`, value]]))) };
}

function hostOf({ os }: Container, { systems }: Inventory): Payload {
  const system = os === null ? undefined : systems[os];
  if (!system?.id) return {};
  const family = system.idLike[0] ?? system.id;
  return {
    os: 'linux',
    platform: system.id,
    platformfamily: family,
    ...(system.versionId !== null && { platformversion: system.versionId }),
  };
}
