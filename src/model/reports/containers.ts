import * as z from 'zod/mini';
import { PodReference, TeamSource } from '../container.ts';
import { ScanStatus, UnreadReason } from '../scan.ts';
import { ownershipFields, reportFields } from './fields.ts';

/** A row of the view containers: one running container. */
export const ContainerRow = z.object({
  id: z.string().check(z.describe('The id of the runtime, 64 hexadecimal digits; for a root folder rootfs:NAME.')),
  name: z.string().check(z.describe('Name of the container: in a pod the name there, else that of the engine.')),
  ...ownershipFields,
  teamFrom: z.nullable(TeamSource).check(z.describe('What gave the team, or null.')),
  cluster: z.nullable(z.string()).check(z.describe('Name of its cluster, or null outside Kubernetes.')),
  node: z.nullable(z.string()).check(z.describe('Node of the cluster that it runs on, or null.')),
  pod: z.nullable(PodReference).check(z.describe('Its place in the cluster, or null outside Kubernetes.')),
  image: z.nullable(z.string()).check(z.describe('Reference of its image, or null.')),
  system: z.nullable(z.string()).check(z.describe('Operating system in it, such as debian-12, or null where it is not known.')),
  packages: z
    .nullable(z.int())
    .check(
      z.describe('Packages in it, by name, version and type (with --package or --type: of those asked for); null where none was read.'),
    ),
  status: ScanStatus,
  reason: z.nullable(UnreadReason),
  message: z.nullable(z.string()).check(z.describe('One sentence on the reason, or null.')),
  drift: z
    .nullable(z.boolean())
    .check(z.describe('Whether a package database changed since the image was made; null where the source cannot tell.')),
});
export type ContainerRow = Readonly<z.infer<typeof ContainerRow>>;

export const ContainersReport = z.object({ ...reportFields('containers'), rows: z.array(ContainerRow) });
