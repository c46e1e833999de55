import * as fc from 'fast-check';
import { purlOf } from '../../src/join/purl.ts';
import { packageTypes } from '../../src/model/package-types.ts';
import { holds, sameTwice, type Target } from '../target.ts';

const text = fc.oneof(
  fc.constantFrom('', '/', '..', 'a', 'a/b', '1:2-3', '%', '+', '#', '?', '@', '&', '=', ' ', 'é'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

/** Name, version, architecture, ID and VERSION_ID, each in a line; an empty one is not known. */
export const target: Target = {
  id: 'purl',
  seeds: () =>
    ['bash\n5.2.15-2+b7\namd64\ndebian\n12', 'bind-libs\n32:9.8.2-0.68\nx86_64\ncentos\n6', 'musl\n1.2-r0\n\n\n'].map((lines) =>
      Buffer.from(lines),
    ),
  shaped: fc.array(text, { minLength: 5, maxLength: 5 }).map((texts) => Buffer.from(texts.join('\n'))),
  words: ['+', '%', '%2B', '/', '//', '@', '?', '#', '&', '=', ':', '1:', '..', ' ', '\n'],
  run: (input) => {
    const [name = '', version = '', architecture = '', id = '', versionId = ''] = input.toString().split('\n');
    if (name === '') return;
    const record = { name, version: version || null, architecture: architecture || null, sourcePackage: null, licenseDeclared: null };
    const system = id === '' ? null : { id, idLike: [], versionId: versionId || null, name: null };
    for (const type of packageTypes) {
      const purl = sameTwice(() => purlOf(type, record, system));
      if (purl === null) continue;
      holds(/^pkg:[a-z]+\/[!-~]*$/.test(purl) && !purl.includes('+'), `not all is encoded: ${JSON.stringify(purl)}`);
      checkReadBack(purl, { name, version, architecture });
    }
  },
};

/** Without the blanks and slashes around it: in linear time, which no regular expression has of a long run of them in the middle. */
function withoutEdges(text: string): string {
  const isEdge = (letter: string | undefined) => letter === '/' || letter?.trim() === '';
  let [start, end] = [0, text.length];
  while (start < end && isEdge(text[start])) start++;
  while (end > start && isEdge(text[end - 1])) end--;
  return text.slice(start, end);
}

type Facts = Readonly<Record<'name' | 'version' | 'architecture', string>>;

/** By hand: packageurl-js decodes qualifiers twice, and throws at `arch=%25`. Names have no case in some types, and nothing has
 * blanks around it. */
function checkReadBack(purl: string, { name, version, architecture }: Facts): void {
  const [path = '', qualifiers = ''] = purl.split('?');
  const [lastName = '', lastVersion = ''] = (path.split('/').at(-1) as string).split('@').map(decodeURIComponent);
  const normal = (text: string) => withoutEdges(text).toLowerCase();
  const same = (one: string, other: string) => one.replace(/\s/g, '') === other.replace(/\s/g, '');
  holds(normal(lastName) === normal(name), `another name is read back: ${lastName}`);
  const back = Object.fromEntries(qualifiers.split('&').map((pair) => pair.split('=').map(decodeURIComponent)));
  const epoch = back.epoch === undefined ? '' : `${back.epoch}:`;
  holds(same(epoch + lastVersion, version) || same(version, epoch), `another version is read back: ${epoch}${lastVersion}`);
  holds(same(back.arch ?? '', architecture), `another architecture is read back: ${back.arch}`);
}
