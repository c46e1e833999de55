import * as z from 'zod/mini';
import { PackageType } from './package.ts';
import { unreadReasons } from './unread-reasons.ts';

export const UnreadReason = z
  .enum(Object.keys(unreadReasons) as [keyof typeof unreadReasons, ...(keyof typeof unreadReasons)[]])
  .check(z.describe('Why it was not read.'));
export type UnreadReason = keyof typeof unreadReasons;

/** One package database of a container. */
export const DatabaseScan = z.object({
  type: PackageType,
  path: z.string().check(z.describe('Where it lies in the container.')),
  status: z.enum(['read', 'partial', 'unread']).check(z.describe('partial: some of its records could not be read.')),
  reason: z.nullable(UnreadReason).check(z.describe('Why it was not read, or not wholly; null when it was.')),
  packages: z.int().check(z.describe('Packages read from it.')),
});
export type DatabaseScan = Readonly<z.infer<typeof DatabaseScan>>;

export const scanStatuses = ['read', 'partial', 'no-database', 'unread'] as const;

/**
 * The outcome of looking into a container: `read`; `partial` (some database, some records, or the os-release could not be read);
 * `no-database` (it was looked into, and has none of the known databases); `unread`.
 */
export const ScanStatus = z
  .enum(scanStatuses)
  .check(
    z.describe(
      'read; partial: some database, some records or the os-release could not be read; no-database: it was looked into and has none of the known databases; unread: see reason.',
    ),
  );
export type ScanStatus = z.infer<typeof ScanStatus>;

export const Scan = z.object({
  status: ScanStatus,
  reason: z.nullable(UnreadReason),
  message: z.nullable(z.string()).check(z.describe('One sentence on the reason, or null.')),
  by: z.nullable(z.string()).check(z.describe('The kind of source that looked into the container, or null when none did.')),
  collectedAt: z.nullable(z.string()).check(z.describe('When it was looked into (RFC 3339), or null.')),
  drift: z
    .nullable(z.boolean())
    .check(z.describe('Whether a package database changed since the image was made; null where the source cannot tell.')),
  packageSet: z.nullable(z.string()).check(z.describe('Key into packageSets, or null when nothing was read.')),
  databases: z.array(DatabaseScan).check(z.describe('Every package database found, also those that could not be read.')),
});
export type Scan = Readonly<z.infer<typeof Scan>>;
