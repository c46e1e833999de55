import * as z from 'zod/mini';
import { Scan } from './scan.ts';

const Labels = z.record(z.string(), z.string());

/** The workload, such as a Deployment, that a pod belongs to. */
export const Workload = z.object({ kind: z.string(), name: z.string() });

/** The place of a container in a cluster. */
export const PodReference = z.object({
  namespace: z.nullable(z.string()).check(z.describe('Null where only the uid of the pod is known.')),
  name: z.nullable(z.string()).check(z.describe('Name of the pod, or null where only its uid is known.')),
  uid: z.string().check(z.describe('Uid of the pod.')),
  container: z.nullable(z.string()).check(z.describe('Name of the container in the pod.')),
  containerType: z.nullable(z.enum(['container', 'init', 'ephemeral'])),
  workload: z.nullable(Workload).check(z.describe('The workload that the pod belongs to, or null where it is not known.')),
});
export type PodReference = Readonly<z.infer<typeof PodReference>>;

/** The object, field and key that gave a team. */
export const TeamSource = z.object({
  kind: z
    .string()
    .check(z.describe('Kind of the object: Pod, Deployment, Service, Namespace, Container, Image, …, or Config for the mapping.')),
  namespace: z.nullable(z.string()).check(z.describe('Namespace of the object, or null for what is in none.')),
  name: z.string().check(z.describe('Name of the object.')),
  field: z.enum(['label', 'annotation', 'mapping']),
  key: z.string().check(z.describe('Key of the label or annotation; the place in the config for a mapping.')),
  value: z.string().check(z.describe('What is written there: the name of the team, or another spelling of it.')),
});
export type TeamSource = Readonly<z.infer<typeof TeamSource>>;

export const TeamCandidate = z.object({ name: z.string(), from: TeamSource });
export type TeamCandidate = Readonly<z.infer<typeof TeamCandidate>>;

/** Who owns the container: exactly one team, or none. */
export const Team = z.object({
  name: z.nullable(z.string()).check(z.describe('The team, or null.')),
  status: z
    .enum(['owned', 'unowned', 'unknown'])
    .check(
      z.describe(
        'owned: name says by whom; unowned: everybody was asked and nobody answered; unknown: Kubernetes was not, or could not be, asked.',
      ),
    ),
  from: z.nullable(TeamSource).check(z.describe('What gave the team, or null.')),
  candidates: z.array(TeamCandidate).check(z.describe('What else names a team, in the order in which it was asked.')),
  conflict: z.boolean().check(z.describe('Services that select the pod name different teams: none of them is taken.')),
  unasked: z.array(z.string()).check(z.describe('Kinds of objects that might have named another team first, and could not be asked.')),
});
export type Team = Readonly<z.infer<typeof Team>>;

/** A user's running container. */
export const Container = z.object({
  id: z.string().check(z.describe('The id of the runtime, 64 hexadecimal digits; for a root folder rootfs:NAME.')),
  name: z.string().check(z.describe('Name of the container: in a pod the name there, else that of the engine.')),
  runtime: z.nullable(z.string()).check(z.describe('docker, containerd, cri-o, podman, rootfs, …, or null.')),
  node: z.nullable(z.string()).check(z.describe('Node of the cluster that it runs on, or null.')),
  cluster: z
    .nullable(z.string())
    .check(z.describe('Uid of its cluster (its name where the uid may not be read), or null outside Kubernetes.')),
  startedAt: z.nullable(z.string()).check(z.describe('When it was started (RFC 3339), or null.')),
  labels: z
    .nullable(Labels)
    .check(z.describe('Labels of the container, without those of Kubernetes itself; null where nobody could tell of them.')),
  image: z.nullable(z.int()).check(z.describe('Position in images, or null.')),
  os: z.nullable(z.int()).check(z.describe('Position in systems, or null where there is no os-release.')),
  pod: z.nullable(PodReference).check(z.describe('Its place in the cluster, or null outside Kubernetes.')),
  team: Team,
  scan: Scan,
});
export type Container = Readonly<z.infer<typeof Container>>;

export const Image = z.object({
  name: z.string().check(z.describe('Reference that the container was made from.')),
  id: z.nullable(z.string()).check(z.describe('Digest of its configuration, sha256:…, or null.')),
  digest: z.nullable(z.string()).check(z.describe('Digest in its repository, sha256:…, or null where the runtime names none.')),
  labels: Labels.check(z.describe('Labels of the image, as far as somebody could tell of them.')),
});
export type Image = Readonly<z.infer<typeof Image>>;
