import { isPathSegment } from './path-segment.ts';

// Names in a path also come from owners of pods and from labels of containers: whoever starts one chooses them.

/** Not even the names of Secrets are requested, whatever a pod names as its owner. */
const secrets = /^\/api(?:s\/[^/]+)?\/[^/]+\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/;

/** Why an API server's path (with its query) is never requested; null if it may be. */
export function refusalOf(path: string): string | null {
  const [place = ''] = path.split('?');
  const wrong = place
    .slice(1)
    .split('/')
    .find((segment) => !isName(segment));
  if (wrong !== undefined) return `Nothing in a cluster can have the name ${wrong}: it is not asked for.`;
  return secrets.test(place) ? 'Secrets are never asked for.' : null;
}

/**
 * Whether an encoded segment is what it seems. An API server first decodes the whole path and then splits it: web%2Fproxy would be a
 * subresource of web. https://github.com/kubernetes/apimachinery/blob/v0.30.0/pkg/api/validation/path/name.go
 */
function isName(segment: string): boolean {
  const name = decoded(segment);
  return name !== null && isPathSegment(name);
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}
