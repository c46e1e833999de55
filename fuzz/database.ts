import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { fileFromBytes, type ParseResult, type Parser } from '../src/parse/parser.ts';
import { holds, sameTwice } from './target.ts';

/** Ten are told one by one, and two lines count the rest. */
const maxDiagnostics = 12;

/** A database of text: no input has more packages than lines, nor says more than it holds. */
export function checkTextDatabase(parser: Parser, inputs: readonly Buffer[], paths: readonly string[] = ['/db']): ParseResult {
  const files = inputs.map((bytes, index) => fileFromBytes(paths[index] ?? '/db', bytes));
  const result = sameTwice(() => parser.parse(files));
  const size = inputs.reduce((sum, { length }) => sum + length, 0);
  const lines = inputs.reduce((sum, bytes) => sum + bytes.toString('latin1').split('\n').length, 0);
  holds(result.packages.length <= lines, 'more packages than lines');
  holds(result.diagnostics.length <= maxDiagnostics * inputs.length, 'more diagnostics than are told');
  // A byte that is no UTF-8 becomes three; names and versions stand for those of the source as well.
  holds(JSON.stringify(result.packages).length <= 20 * size + 200 * (result.packages.length + 1), 'more is given than there is');
  const isDamaged = result.diagnostics.some(({ severity }) => severity === 'error');
  holds(isDamaged || !inputs.some((bytes) => bytes.includes(0)), 'there is a NUL in it, and nobody says so');
  for (const { name, version, architecture } of result.packages) {
    holds(name !== '' && version !== '' && architecture !== '', 'what is unknown is null, not empty');
  }
  holds(isDeepStrictEqual(parser.parse(files.map(guarded)), result), 'the bytes of the file are changed, or held on to');
  return result;
}

/** A file that uses its memory again with each read, as one that is open does. */
function guarded({ path, size, read }: ReturnType<typeof fileFromBytes>): ReturnType<typeof fileFromBytes> {
  let memory = Buffer.alloc(0);
  return {
    path,
    size,
    read: (position, length) => {
      memory.fill(0xee);
      memory = Buffer.from(read(position, length));
      return memory;
    },
  };
}

/** Lines of the grammar, in any order, with what else may stand between them. */
export function linesOf(line: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> {
  const odd = fc.string({ unit: 'binary', maxLength: 12 });
  const lines = fc.array(fc.oneof({ weight: 8, arbitrary: line }, { weight: 1, arbitrary: odd }), { maxLength: 40 });
  return fc.tuple(lines, fc.constantFrom('\n', '\n', '\n', '\r\n')).map(([texts, end]) => Buffer.from(texts.join(end)));
}
