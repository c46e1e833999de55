/** Requests by what they are for, each as `GET /path?query`. */
export type Rights = Readonly<Record<string, RegExp>>;

const id = '[0-9a-f]{64}';

/** All that a Docker Engine is ever asked. */
export const dockerRights: Rights = {
  'what it is': /^HEAD \/_ping$/,
  'its version, where that does not say': /^GET \/version$/,
  containers: /^GET \/containers\/json$/,
  'a container': new RegExp(`^GET /containers/${id}/json$`),
  'how large its own layer is': new RegExp(`^GET /containers/${id}/json\\?size=1$`),
  'how it stores layers': /^GET \/info$/,
  'what changed in it': new RegExp(`^GET /containers/${id}/changes$`),
  'a path of it': new RegExp(`^HEAD /containers/${id}/archive\\?path=%2F[^/&#]*$`),
  'its files': new RegExp(`^GET /containers/${id}/archive\\?path=%2F[^/&#]*$`),
  'an image': /^GET \/images\/[^/?#]+\/json$/,
};

const name = '[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?';
const group = `/apis/${name}/v[a-z0-9]+`;
const list = '\\?(?:&?(?:limit|continue|labelSelector)=[^&/#]*)+$';
const listOf = (resource: string) => new RegExp(`^GET /api/v1/(?:namespaces/${name}/)?${resource}${list}`);

/** All that an API server is ever asked: by get and by list, nothing below Secrets, and of what stands below a pod its log alone. */
export const kubernetesRights: Rights = {
  version: /^GET \/version$/,
  pods: listOf('pods'),
  'a pod': new RegExp(`^GET /api/v1/namespaces/${name}/pods/${name}$`),
  'the log of a pod': new RegExp(`^GET /api/v1/namespaces/${name}/pods/${name}/log\\?container=agent&tailLines=\\d+$`),
  services: listOf('services'),
  namespaces: new RegExp(`^GET /api/v1/namespaces${list}`),
  'a namespace': new RegExp(`^GET /api/v1/namespaces/${name}$`),
  nodes: new RegExp(`^GET /api/v1/nodes${list}`),
  'what a version of a group has': new RegExp(`^GET (?:/api/v1|${group})$`),
  'the versions of a group': new RegExp(`^GET /apis/${name}$`),
  'owners of the core group': listOf('(?!secrets\\b)[a-z]+'),
  'owners of other groups': new RegExp(`^GET ${group}/(?:namespaces/${name}/)?(?!secrets\\b)[a-z]+${list}`),
};

/** The requests to which there is no right. */
export function beyond(rights: Rights, requests: readonly string[]): string[] {
  return requests.filter((request) => !Object.values(rights).some((right) => right.test(request)));
}
