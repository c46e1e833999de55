/**
 * Whether a name can stand in a path as one step of it. Whoever makes a pod, or a container with the labels of one, chooses some
 * of these names. A URL takes `..` for the way up, also where it is percent-encoded, and half a character cannot be encoded.
 */
export function isPathSegment(name: string): boolean {
  return /^[a-z0-9](?:[\w.:-]*[a-z0-9])?$/i.test(name);
}
