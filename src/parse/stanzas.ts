import { linesOf, ownText } from './text.ts';

/** The fields of a stanza by their names in lower case: dpkg and opkg do not tell names apart by case. */
export type Stanza = ReadonlyMap<string, string>;

/**
 * Stanzas in the form of RFC 822, as deb822(5) describes them: `Name: value`, continued in lines that begin with a blank,
 * ended by a blank line. Only the fields wanted are kept; a stanza with none of them is given too.
 */
export function* stanzasOf(text: string, wanted: ReadonlySet<string>): Generator<Stanza> {
  let stanza = new Map<string, string>();
  for (const line of linesOf(text)) {
    if (line.trim() === '') {
      if (stanza.size === 0) continue;
      yield stanza;
      stanza = new Map();
      continue;
    }
    if (line[0] === ' ' || line[0] === '\t') continue;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (wanted.has(name)) stanza.set(name, ownText(line.slice(colon + 1).trim()));
    else if (stanza.size === 0) stanza.set('', line);
  }
  if (stanza.size > 0) yield stanza;
}

/**
 * `Status: <want> <flag> <state>`. Only the state says what is on disk: the files are there in every state but these two.
 * dpkg does not tell the words apart by case. Null without a Status: for dpkg, and for opkg,
 * such a package is not installed.
 */
export function isInstalled(stanza: Stanza): boolean | null {
  const status = stanza.get('status');
  if (status === undefined) return null;
  const state = status.toLowerCase().split(/\s+/, 3)[2];
  return state !== 'not-installed' && state !== 'config-files';
}
