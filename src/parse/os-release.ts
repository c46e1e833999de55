import type { System } from '../model/system.ts';
import { decodeText, linesOf } from './text.ts';

/** In this order; the first is often a link to the second: os-release(5). */
export const osReleasePaths = ['/etc/os-release', '/usr/lib/os-release'] as const;

/** The file is a dozen lines; what is larger is none. */
export const maxOsReleaseBytes = 64 * 1024;

/** Reads os-release(5): assignments as a shell would take them. Null when nothing in it names a system. */
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

/** The value between quotes; in double quotes a backslash guards `$ " \ `` ` as in the shell. */
function unquote(value: string): string {
  const quote = value[0];
  if (quote !== '"' && quote !== "'") return value.replace(/\\(.)/g, '$1');
  const end = value.lastIndexOf(quote);
  const inner = value.slice(1, end > 0 ? end : undefined);
  return quote === '"' ? inner.replace(/\\([$"\\`])/g, '$1') : inner;
}
