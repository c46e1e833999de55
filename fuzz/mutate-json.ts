import { oddities } from './mutate.ts';
import type { Random } from './random.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Takes the place of a value, and becomes lists within lists: deeper than JSON.stringify itself could go. */
const deepMark = '@deep@';
const deep = 20_000;

/** Changes one place of a JSON text; null where it is none, or so deep that it cannot be written again. */
export function mutateJson(bytes: Buffer, random: Random): Buffer | null {
  try {
    const text = JSON.stringify(editSomewhere(JSON.parse(bytes.toString()) as Json, random));
    return Buffer.from(text.replace(`"${deepMark}"`, () => `${'['.repeat(deep)}${']'.repeat(deep)}`));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) return null;
    throw error;
  }
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
const isObject = (value: Json): value is { readonly [key: string]: Json } => typeof value === 'object' && value !== null && !isList(value);

/** Goes down by chance, and changes the place where it stops. */
function editSomewhere(value: Json, random: Random): Json {
  const goesOn = !random.onceIn(6);
  if (isList(value) && value.length > 0) {
    const at = random.below(value.length);
    return goesOn ? value.with(at, editSomewhere(value[at] as Json, random)) : editList(value, random);
  }
  if (isObject(value)) {
    const entries = Object.entries(value);
    if (!goesOn || entries.length === 0) return editObject(entries, random);
    const at = random.below(entries.length);
    const [key, inner] = entries[at] as [string, Json];
    return Object.fromEntries(entries.with(at, [key, editSomewhere(inner, random)]));
  }
  return editScalar(value, random);
}

function editList(list: readonly Json[], random: Random): Json {
  const at = random.below(list.length);
  const item = list[at] as Json;
  switch (random.below(6)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, ...Array.from({ length: random.onceIn(8) ? 300 : 1 }, () => item));
    case 2:
      return list.with(at, list[random.below(list.length)] as Json);
    case 3:
      return [...list, anyValue(random)];
    case 4:
      return [list];
    default:
      return anyValue(random);
  }
}

const oddKeys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', ' ', '0', '-1', 'a.b', 'a/b', '\u001b', '\ud800'];

function editObject(entries: readonly [string, Json][], random: Random): Json {
  const at = random.below(entries.length);
  const [key, value] = entries[at] ?? ['', null];
  const other = entries[random.below(entries.length)] ?? ['', null];
  switch (random.below(6)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1));
    case 1:
      return Object.fromEntries([...entries.slice(0, at), [random.pick(oddKeys), value], ...entries.slice(at + 1)]);
    case 2:
      return Object.fromEntries([...entries, [random.pick(oddKeys), anyValue(random)]]);
    case 3:
      return Object.fromEntries([...entries, [key, other[1]]]);
    case 4:
      return Object.fromEntries([...entries, [other[0], value]]);
    default:
      return anyValue(random);
  }
}

function editScalar(value: Json, random: Random): Json {
  if (typeof value === 'number' && !random.onceIn(3)) return value + random.pick([1, -1, 0.5, 2 ** 31, 2 ** 53, -value]);
  if (typeof value === 'string' && !random.onceIn(3)) {
    const at = random.below(value.length + 1);
    const odd = random.pick([...oddities, '\ud800', '\udc00', 'x'.repeat(5000)]);
    return value.slice(0, at) + odd + value.slice(at + random.below(3));
  }
  return anyValue(random);
}

const values: readonly Json[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, -(2 ** 63), 1e308, '', ' ', '0', 'x', '__proto__', deepMark],
  ...['2026-01-01T00:00:00Z', '9999999-13-99T99:99:99Z', 'sha256:', '../../etc/passwd', [], [[]], {}, [null], { '': null }],
];

const anyValue = (random: Random): Json => random.pick(values);
