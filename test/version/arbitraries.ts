import * as fc from 'fast-check';
import type { OwnOrder } from './own-orders.ts';

/** The characters and words that mean something to an ecosystem; few, so that two versions made of them are often alike. */
const pieces: Record<OwnOrder, readonly string[]> = {
  alpm: ['.', '_', '+', '-', '~', ':', '0', '1', '9', '10', '00', 'a', 'b', 'Z', 'rc', '..', '-1', '0:', '1:', '.r', '.beta'],
  apk: ['.', '_', '-', '~', '0', '1', '9', '10', '.0', '.00', '.01', '_rc', '_p', '_pre', '~0a', '-r0', '-r1', 'a', 'b', 'A', 'r'],
  deb: ['.', '+', '-', '~', ':', '0', '1', '9', '10', '00', 'a', 'b', 'Z', '~~', '-0', '-1', '0:', '1:', '+b1', '~rc1'],
  rpm: ['.', '_', '+', '-', '~', '^', ':', '0', '1', '9', '10', '00', 'a', 'b', 'Z', '.el', '-1', '0:', '1:', '^git', '~rc1'],
};

const number = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('0', '1', '2', '9', '10', '11') },
  { weight: 2, arbitrary: fc.constantFrom('00', '01', '010', '20240131', '184467440737095516') },
  { weight: 1, arbitrary: fc.nat(300).map(String) },
);
const numbers = fc.array(number, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const epoch = fc.constantFrom('', '', '', '0:', '1:', '01:', '2:');

function optional(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(''), text);
}

function joined(...parts: fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

function words(...choices: string[]): fc.Arbitrary<string> {
  return fc.array(fc.oneof(fc.constantFrom(...choices), number), { maxLength: 4 }).map((parts) => parts.join(''));
}

const apkSuffix = joined(fc.constantFrom('_alpha', '_beta', '_pre', '_rc', '_cvs', '_svn', '_git', '_hg', '_p'), optional(number));
const apkSuffixes = fc.array(apkSuffix, { maxLength: 2 }).map((parts) => parts.join(''));
const hash = fc.constantFrom('~0', '~0a', '~0a1', '~f00d', '~a');
const revision = number.map((digits) => `-r${digits}`);

/** Versions as an ecosystem has them. */
const versions: Record<OwnOrder, fc.Arbitrary<string>> = {
  alpm: joined(epoch, numbers, words('rc', '.r', '.beta', 'a', 'Z', '.', '_', '+', '..'), optional(joined(fc.constant('-'), number))),
  apk: joined(numbers, optional(fc.constantFrom('a', 'b', 'r')), apkSuffixes, optional(hash), optional(revision)),
  deb: joined(
    epoch,
    numbers,
    words('~rc', '+dfsg', '.', '~', '-', 'a', 'Z', '+'),
    optional(joined(fc.constant('-'), number, words('~deb', '+b', 'ubuntu'))),
  ),
  rpm: joined(
    epoch,
    numbers,
    words('~rc', '^git', '.', '~', '^', '_', 'a', 'Z'),
    optional(joined(fc.constant('-'), number, words('.el', '.fc', '_', '^', '~'))),
  ),
};

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

function edits(type: OwnOrder): fc.Arbitrary<Edit[]> {
  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(2),
    insert: fc.constantFrom('', ...pieces[type]),
  });
  return fc.array(edit, { minLength: 1, maxLength: 2 });
}

function applyEdits(version: string, changes: readonly Edit[]): string {
  return changes.reduce((text, { at, remove, insert }) => {
    const place = Math.round(at * text.length);
    return text.slice(0, place) + insert + text.slice(place + remove);
  }, version);
}

/** A version with others made from it by an edit or two, valid or not. */
export function nearMisses(type: OwnOrder): fc.Arbitrary<[string, string, string]> {
  return fc
    .tuple(versions[type], edits(type), edits(type))
    .map(([version, first, second]) => [version, applyEdits(version, first), applyEdits(version, second)]);
}

/** Anything: versions, near versions, and text of all kinds. */
export function anyVersion(type: OwnOrder): fc.Arbitrary<string> {
  const shards = fc.array(fc.constantFrom(...pieces[type]), { maxLength: 8 }).map((parts) => parts.join(''));
  return fc.oneof(versions[type], shards, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));
}
