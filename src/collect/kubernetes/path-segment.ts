/**
 * Whether a name can be one segment of a path. Whoever creates a pod, or a container with the labels of one, chooses some of these names.
 * In a URL, `..` means the way up, even percent-encoded, and half a character cannot be encoded.
 */
export function isPathSegment(name: string): boolean {
  return /^[a-z0-9](?:[\w.:-]*[a-z0-9])?$/i.test(name);
}
