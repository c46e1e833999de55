import { isPathSegment } from './path-segment.ts';

// Names in a path come from owners of pods and from labels of containers, too: whoever starts one chooses them.

/** Of Secrets not even the names are asked for, whatever a pod says owns it. */
const secrets = /^\/api(?:s\/[^/]+)?\/[^/]+\/(?:namespaces\/[^/]+\/)?secrets(?:\/|$)/;

/** Why a path of an API server, with its query, is never asked for; null where nothing speaks against it. */
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
 * Whether an encoded segment is what it seems to be. An API server decodes the whole path first, and then takes it apart:
 * web%2Fproxy would be a subresource of web. https://github.com/kubernetes/apimachinery/blob/v0.30.0/pkg/api/validation/path/name.go
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
