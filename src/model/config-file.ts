import * as z from 'zod/mini';

const Name = z.string().check(z.minLength(1));

/** One pattern, or several of which one must fit; `*` stands for any characters, `?` for one. */
const Patterns = z.union([Name, z.array(Name).check(z.minLength(1))]);
export type Patterns = z.infer<typeof Patterns>;

/** When a rule applies to a container: everything named must fit. */
const patternFields = {
  cluster: z.optional(Patterns).check(z.describe('Name or uid of the cluster, such as prod-*.')),
  namespace: z.optional(Patterns).check(z.describe('Namespace, such as [shop, shop-*].')),
  workload: z
    .optional(Patterns)
    .check(z.describe('Workload that the pod belongs to: its name, such as web-*, or its kind and name, such as Deployment/web.')),
  container: z.optional(Patterns).check(z.describe('Name of the container, such as istio-proxy.')),
  image: z.optional(Patterns).check(z.describe('Reference of the image, such as registry.example/payments/*.')),
  labels: z
    .optional(z.record(z.string(), Patterns))
    .check(z.describe('Labels of the pod, or of a container outside Kubernetes, such as { app: shop-* }.')),
};

const MappingRule = z.strictObject({
  team: Name.check(z.describe('The team that owns what fits, such as payments.')),
  ...patternFields,
  override: z
    .optional(z.boolean())
    .check(z.describe('true: before all that labels and annotations say. false: only where nothing else names a team.')),
});
export type MappingRule = Readonly<z.infer<typeof MappingRule>>;

const namesSomething = (rule: object) => Object.keys(rule).some((field) => field !== 'reason');
const tooWide = 'names nothing, and would fit every container. Give it one of the fields of a rule.';

const IgnoreRule = z.strictObject(patternFields).check(z.refine(namesSomething, tooWide));
/** Fits a container if everything named fits. */
export type ContainerPattern = Readonly<z.infer<typeof IgnoreRule>>;

const unreadableFields = {
  reason: Name.check(z.describe('Why nobody can read them, such as "Fargate: no agent can run there".')),
  namespace: z.optional(Patterns).check(z.describe('Namespace, such as vendor-*.')),
  node: z.optional(Patterns).check(z.describe('Name of the node, such as fargate-*.')),
  nodeLabels: z
    .optional(z.record(z.string(), Patterns))
    .check(z.describe('Labels of the node, such as { eks.amazonaws.com/compute-type: fargate }.')),
  runtimeClass: z.optional(Patterns).check(z.describe('Runtime class of the pod, such as kata.')),
};

const UnreadableRule = z.strictObject(unreadableFields).check(z.refine(namesSomething, tooWide));
export type UnreadableRule = Readonly<z.infer<typeof UnreadableRule>>;

const isUnambiguous = (aliases: Readonly<Record<string, readonly string[]>>) => {
  const spellings = Object.values(aliases).flatMap((list) => [...new Set(list)]);
  return new Set(spellings).size === spellings.length;
};

const OwnershipConfig = z.strictObject({
  keys: z
    .optional(z.array(Name).check(z.minLength(1)))
    .check(z.describe('Labels and annotations that name a team, in the order in which they are tried, such as [team, owner].')),
  aliases: z
    .optional(z.record(Name, z.array(Name)).check(z.refine(isUnambiguous, 'give one spelling to two teams. Each spelling may stand once.')))
    .check(z.describe('Other spellings of the name of a team, such as { payments: [Payments, team-payments] }.')),
  imageLabels: z
    .optional(z.array(Name))
    .check(z.describe('Labels of images that name a team, such as [org.opencontainers.image.vendor]; none are tried unless named here.')),
  mapping: z
    .optional(z.array(MappingRule))
    .check(z.describe('Teams of what fits a pattern, the first that fits, such as [{ team: platform, namespace: kube-* }].')),
});

/** The file supercargo.yaml. */
export const ConfigFile = z.strictObject({
  ownership: z.optional(OwnershipConfig).check(z.describe('Where the names of teams are found.')),
  ignore: z.optional(z.array(IgnoreRule)).check(z.describe('Containers to leave out of the result, such as [{ container: istio-proxy }].')),
  unreadable: z
    .optional(z.array(UnreadableRule))
    .check(z.describe('What can never be read, and why: it is shown as unread, and makes no result incomplete.')),
});
export type ConfigFile = Readonly<z.infer<typeof ConfigFile>>;
