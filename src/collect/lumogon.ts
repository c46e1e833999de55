import * as z from 'zod/mini';
import type { ContainerScan, DatabaseContent } from '../model/container-scan.ts';
import type { Source } from '../model/inventory.ts';
import type { PackageType } from '../model/package.ts';
import { checkAnswer } from './answer.ts';
import { isPause, podOfLabels, withoutKubernetes } from './container-labels.ts';

// The report of Lumogon (puppetlabs/lumogon, 2017), the predecessor: each container has capabilities, and each capability a payload.

/** Used as it is: zod's record would drop a package called `__proto__`. */
const Payload = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'should be an object',
);

const Capability = z.object({ payload: z.optional(z.nullable(Payload)) });

const LumogonContainer = z.object({
  container_id: z.string(),
  container_name: z.string(),
  capabilities: z.record(z.string(), Capability),
});
type LumogonContainer = z.infer<typeof LumogonContainer>;

const LumogonReport = z.object({
  generated: z.string().check(z.refine((text) => timeOf(text) !== null, 'should be a time')),
  containers: z.record(z.string(), LumogonContainer),
});

/** The containers of a report, as if they had been scanned here. */
export interface LumogonScans {
  readonly generated: string;
  readonly source: Source;
  readonly scans: readonly ContainerScan[];
}

/** Throws a CollectError if the report does not have the expected form. */
export function readLumogonReport(document: unknown, name: string): LumogonScans {
  const report = checkAnswer(LumogonReport, document, `The Lumogon report ${name}`);
  const generated = timeOf(report.generated) as string;
  const containers = Object.values(report.containers).filter(({ capabilities }) => !isPause(textsOf(capabilities.label)));
  return {
    generated,
    source: { kind: 'lumogon', name, version: null, containers: containers.length, error: null },
    scans: containers.map((container) => scanOf(container, generated)),
  };
}

/** Reads a time as Go prints it: `2017-05-09 07:59:24.287008012 +0000 UTC m=+60.09`. Null if it is not a time. */
function timeOf(text: string): string | null {
  const [, date, time, offset] = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d{1,9})?) ([+-]\d{4})/.exec(text) ?? [];
  const instant = new Date(date === undefined ? text : `${date}T${time}${offset}`);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

const databases: Readonly<Record<string, { readonly type: PackageType; readonly path: string }>> = {
  apk: { type: 'apk', path: '/lib/apk/db/installed' },
  dpkg: { type: 'deb', path: '/var/lib/dpkg/status' },
  rpm: { type: 'rpm', path: '/var/lib/rpm' },
};

function scanOf(container: LumogonContainer, generated: string): ContainerScan {
  const { container_id: id, container_name: name, capabilities } = container;
  const labels = textsOf(capabilities.label);
  const pod = podOfLabels(labels);
  const found = Object.entries(databases).flatMap(([capability, database]) => {
    const content = contentOf(capabilities[capability], database.type);
    return content.packages.length === 0 ? [] : [{ content, path: database.path }];
  });
  const error = Object.keys(databases).flatMap((capability) => capabilities[capability]?.payload?.error ?? [])[0];
  return {
    container: {
      id,
      name: pod?.container ?? name.replace(/^\//, ''),
      runtime: 'docker',
      labels: withoutKubernetes(labels),
      image: null,
      pod,
      isPause: false,
    },
    by: 'lumogon',
    startedAt: null,
    collectedAt: generated,
    drift: null,
    system: systemOf(capabilities.host),
    ...verdictOf(found.length > 0, error),
    databases: found.map(({ content, path }) => ({
      type: content.type,
      path,
      status: 'read',
      reason: null,
      packages: content.packages.length,
    })),
    contents: found.map(({ content }) => content),
    diagnostics: [],
  };
}

/** If Lumogon found no packages, there may still be some: it says the same when it could not look. */
function verdictOf(isRead: boolean, error: unknown): Pick<ContainerScan, 'status' | 'reason' | 'message'> {
  if (isRead) return { status: 'read', reason: null, message: null };
  const message =
    typeof error === 'string' ? `Lumogon says: ${error}` : 'Lumogon found no packages, which it also says where it could not look.';
  return { status: 'unread', reason: 'failed', message };
}

type LumogonCapability = z.infer<typeof Capability> | undefined;

/** The strings in a payload. A failed capability has an error in their place. */
function textsOf(capability: LumogonCapability): Record<string, string> {
  const entries = Object.entries(capability?.payload ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  return Object.fromEntries(entries);
}

function contentOf(capability: LumogonCapability, type: PackageType): DatabaseContent {
  const { error: _, ...versions } = textsOf(capability);
  const packages = Object.entries(versions).map(([name, version]) => {
    // Versions of rpm are VERSION-RELEASE-ARCHITECTURE, without the epoch.
    const [, ofRpm = version, architecture = null] = type === 'rpm' ? (/^(.*)-([^-]+)$/.exec(version) ?? []) : [];
    return { name, version: ofRpm, architecture, sourcePackage: null, licenseDeclared: null };
  });
  return { type, packages };
}

function systemOf(capability: LumogonCapability): ContainerScan['system'] {
  const { platform, platformversion, platformVersion = platformversion } = textsOf(capability);
  return platform === undefined ? null : { id: platform, versionId: platformVersion ?? null, name: null, idLike: [] };
}
