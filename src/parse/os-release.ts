import type { System } from '../model/system.ts';
import { decodeText, linesOf } from './text.ts';

/** In this order; the first is often a link to the second: os-release(5). */
export const osReleasePaths = ['/etc/os-release', '/usr/lib/os-release'] as const;

/** The file has a dozen lines; anything larger is no os-release. */
export const maxOsReleaseBytes = 64 * 1024;

/** Reads os-release(5): assignments as a shell would read them. Null if nothing in it names a system. */
export function parseOsRelease(bytes: Uint8Array): System | null {
  const values = new Map<string, string>();
  for (const line of linesOf(decodeText(bytes))) {
    const [, key, value] = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(key, unquote(value.trim()));
  }
  const system = {
    id: values.get('ID') || null,
    idLike: (values.get('ID_LIKE') ?? '').split(/\s+/).filter((id) => id !== ''),
    versionId: values.get('VERSION_ID') || null,
    name: values.get('PRETTY_NAME') || values.get('NAME') || null,
  };
  return system.id === null && system.name === null ? null : system;
}

/** The value between quotes, or up to a comment; in double quotes a backslash escapes `$ " \ `` ` as in the shell. */
function unquote(value: string): string {
  const [, single] = /^'([^']*)/.exec(value) ?? [];
  if (single !== undefined) return single;
  const [, double] = /^"((?:\\.|[^"\\])*)/.exec(value) ?? [];
  if (double !== undefined) return double.replace(/\\([$"\\`])/g, '$1');
  // `\s+#` would be tried from each blank of a long row, up to the last one.
  const comment = value.search(/\s#/);
  return (comment < 0 ? value : value.slice(0, comment).trimEnd()).replace(/\\(.)/g, '$1');
}
