import * as z from 'zod/mini';
import { Container, Image } from './container.ts';
import { Diagnostic } from './diagnostic.ts';
import { Package } from './package.ts';
import { Selection } from './selection.ts';
import { System } from './system.ts';

/** A source that was asked, whether it answered or not. */
export const Source = z.object({
  kind: z.enum(['docker', 'kubernetes', 'node', 'rootfs', 'lumogon', 'agent']).check(z.describe('What kind of source.')),
  name: z.string().check(z.describe('Which one: an address, a context, a folder.')),
  version: z.nullable(z.string()).check(z.describe('What it says of its version, or null.')),
  containers: z.int().check(z.describe('Running containers that it named.')),
  error: z.nullable(z.string()).check(z.describe('Why it could not be asked, or null.')),
});
export type Source = Readonly<z.infer<typeof Source>>;

export const Cluster = z.object({
  name: z.string().check(z.describe('Name of the context, or what --cluster-name said.')),
  uid: z.nullable(z.string()).check(z.describe('Uid of the namespace kube-system, or null where it may not be read.')),
  notRunning: z
    .object({ waiting: z.int(), terminated: z.int() })
    .check(z.describe('Containers of its pods that do not run: nobody expects them in the result.')),
});
export type Cluster = Readonly<z.infer<typeof Cluster>>;

/** What ran where, what was in it, and who owned it: the durable contract between collecting and reporting. */
export const Inventory = z.object({
  schemaVersion: z.string().check(z.describe('Version of this schema.')),
  generated: z.string().check(z.describe('When it was collected (RFC 3339).')),
  contentDigest: z.string().check(z.describe('SHA-256 over all but the timestamps of collecting: equal for an unchanged fleet.')),
  generator: z.object({ name: z.string(), version: z.string() }),
  selections: z
    .array(Selection)
    .check(z.describe('What was asked for when it was collected. One that is merged of several has what was asked for of each of them.')),
  sources: z.array(Source),
  clusters: z.array(Cluster),
  containers: z.array(Container).check(z.describe('All running containers, and those that ended during the scan, by id.')),
  images: z.array(Image),
  systems: z.array(System),
  packages: z.array(Package).check(z.describe('Every distinct package once, by name, type, version in the order of its ecosystem.')),
  packageSets: z
    .record(z.string(), z.array(z.int()))
    .check(z.describe('Positions in packages, by the SHA-256 over the records of the set.')),
  diagnostics: z.array(Diagnostic),
});
export type Inventory = Readonly<z.infer<typeof Inventory>>;
