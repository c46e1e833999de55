import { linesOf, nul, ownText, splitUnended } from './text.ts';

export interface Stanza {
  /** By lower-case name: dpkg and opkg ignore the case of names. */
  readonly fields: ReadonlyMap<string, string>;
  /** Why the stanza cannot be trusted, in words that continue `left out:`; usually null. */
  readonly damage: string | null;
}

/**
 * Stanzas in the style of RFC 822, as deb822(5) describes them: `Name: value`, continued on lines that begin with a blank,
 * ended by a blank line. Only wanted fields are kept; a stanza with none of them is yielded too. A stanza is damaged if it has a NUL,
 * or if dpkg refuses the whole file for it. A last line without a newline means that the file was cut off; where not every writer
 * ends it (`mayLackEnd`), only if the line would be read.
 */
export function* stanzasOf(text: string, wanted: ReadonlySet<string>, mayLackEnd = false): Generator<Stanza> {
  const hasNul = text.includes(nul);
  const [whole, rest] = splitUnended(text);
  let fields = new Map<string, string>();
  let damage: string | null = null;
  let isBegun = false;
  for (const line of linesOf(whole)) {
    if (line.trim() === '') {
      if (isBegun) yield { fields, damage };
      fields = new Map();
      damage = null;
      isBegun = false;
      continue;
    }
    if (hasNul && line.includes(nul)) {
      damage ??= 'NULs stand in it, maybe in the place of others too';
      isBegun = true;
      continue;
    }
    if (line[0] === ' ' || line[0] === '\t') continue;
    isBegun = true;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0)).toLowerCase();
    if (name === '') damage ??= 'a line of it is no field';
    else if (!wanted.has(name)) continue;
    else if (fields.has(name)) damage ??= `it has two values of the field ${name}`;
    else fields.set(name, ownText(line.slice(colon + 1).trim()));
  }
  const isCut = rest !== '' && !(mayLackEnd && isPassedOver(rest, wanted));
  if (isCut) yield { fields, damage: damage ?? 'the file is cut off within it' };
  else if (isBegun || rest !== '') yield { fields, damage };
}

/** Whether a line has nothing that is wanted, complete or not. */
function isPassedOver(line: string, wanted: ReadonlySet<string>): boolean {
  if (line.includes(nul)) return false;
  if (line.trim() === '' || line[0] === ' ' || line[0] === '\t') return true;
  const colon = line.indexOf(':');
  return colon > 0 && !wanted.has(line.slice(0, colon).toLowerCase());
}

/** The message about a damaged stanza. */
export function damagedStanza({ fields, damage }: Stanza): string {
  const name = fields.get('package');
  return `${name ? `The stanza of ${name}` : 'A stanza'} is damaged, and left out: ${damage}.`;
}

/**
 * `Status: <want> <flag> <state>`. Only the state says what is on disk: the files are there in every state but these two.
 * dpkg ignores the case of the words. Null without a Status: for dpkg and opkg, such a package is
 * not installed.
 */
export function isInstalled({ fields }: Stanza): boolean | null {
  const status = fields.get('status');
  if (status === undefined) return null;
  const state = status.toLowerCase().split(/\s+/, 3)[2];
  return state !== 'not-installed' && state !== 'config-files';
}
