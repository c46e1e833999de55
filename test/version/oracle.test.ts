import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../src/version/version-order.ts';
import { nearMisses } from './arbitraries.ts';
import { askOracle, isOracleThere, oracles, type VersionPair } from './oracles.ts';
import { type OwnOrder, ownOrders } from './own-orders.ts';
import { isValidVersion } from './validity.ts';

// More by hand: SUPERCARGO_ORACLE_PAIRS=10000 SUPERCARGO_ORACLE_SEED=7 npx vitest run --project unit test/version/oracle.test.ts
const count = Number(process.env.SUPERCARGO_ORACLE_PAIRS ?? 200);
const seed = Number(process.env.SUPERCARGO_ORACLE_SEED ?? 1);

/** Pairs that a tool answers by its rules and not by its treatment of errors. */
function oraclePairs(type: OwnOrder): VersionPair[] {
  const pairs = nearMisses(type)
    .map(([a, b, c]): VersionPair => (isValidVersion(type, b) ? [a, b] : [a, c]))
    .filter(([a, b]) => a !== b && isValidVersion(type, a) && isValidVersion(type, b));
  return fc.sample(pairs, { numRuns: count, seed });
}

describe.each(ownOrders)('%s against the tool itself', (type) => {
  const oracle = oracles[type];
  const isThere = isOracleThere(oracle);
  if (!isThere) {
    console.warn(`${oracle.tool} is not on this machine: its comparison is skipped.`);
  }

  it.skipIf(!isThere)(`orders ${count} pairs as ${oracle.tool} does`, { timeout: 600_000 }, () => {
    const pairs = oraclePairs(type);
    const answers = askOracle(oracle, pairs);
    const shares = [-1, 0, 1].map((answer) => answers.filter((given) => given === answer).length);

    console.info(`${type}: seed ${seed}; ${shares.join(' / ')} pairs are less / equal / greater`);
    expect(answers.length).toBe(pairs.length);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    expect(pairs.filter(([a, b], at) => compareVersions(type, a, b) !== answers[at])).toEqual([]);
  });
});
