import * as fc from 'fast-check';
import { checkAnswer } from '../../src/collect/answer.ts';
import { ListAnswer } from '../../src/collect/kubernetes/answers.ts';
import { listPages } from '../../src/collect/kubernetes/pages.ts';
import { CollectError } from '../../src/model/errors.ts';
import { jsonBytes, parsedJson, textOf } from '../json.ts';
import { holds, orRefused, type Target } from '../target.ts';

/** So much of an answer is seen before the rest. */
const startCharacters = 60;

/** No list of an input has more pages, unless it goes in a circle. */
const maxRequests = 1000;

const page = (token: string, ...items: unknown[]) => ({ metadata: { continue: token }, items });

/** A list of pages; the token of a page is its position. */
export const target: Target = {
  id: 'kubernetes-pages',
  seeds: () => [
    jsonBytes([page('1', 'a', 'b'), page('2', 'c'), page('', 'd')]),
    jsonBytes([page('1', { metadata: { continue: '3' } }), page('2'), { items: [1], metadata: {} }, page('')]),
    jsonBytes([page('1', 'a'), page('1', 'b')]),
  ],
  shaped: fc
    .array(
      fc.record({
        metadata: fc.record({ continue: fc.constantFrom('', '0', '1', '2', '3', 'x') }, { requiredKeys: [] }),
        items: fc.array(fc.jsonValue(), { maxLength: 3 }),
      }),
      { maxLength: 5 },
    )
    .map(jsonBytes),
  words: ['"continue":"1"', '"metadata"', '"items"', '[]', '{}'],
  isJson: true,
  run: async (input) => {
    const parsed = parsedJson(input);
    const pages: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
    let requests = 0;
    const answerTo = (token: string): unknown => {
      holds(++requests <= maxRequests, 'a list that does not end is asked for without end');
      const position = token === '' ? 0 : Number(token);
      if (!(position in pages)) throw new CollectError('The token has expired.');
      return pages[position];
    };
    const items = await orRefused([CollectError], () =>
      listPages(
        async (parameters, onStart) => {
          const answer = answerTo(new URLSearchParams(parameters).get('continue') ?? '');
          await null;
          onStart(textOf(answer).slice(0, startCharacters));
          await null;
          return checkAnswer(ListAnswer, answer, 'The page');
        },
        textOf,
        {},
      ),
    );
    if (items === null) return;
    holds(items.join() === itemsOf(pages).join(), 'other items, or in another order, than the pages have');
  },
};

/** One page after another, as their tokens lead. */
function itemsOf(pages: readonly unknown[]): string[] {
  const items: string[] = [];
  for (let token = ''; ; ) {
    const { metadata, items: more } = pages[token === '' ? 0 : Number(token)] as { metadata: { continue?: string }; items: unknown[] };
    items.push(...more.map(textOf));
    token = metadata.continue ?? '';
    if (token === '') return items;
  }
}
