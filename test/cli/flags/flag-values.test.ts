import { InvalidArgumentError } from 'commander';
import { expect, test } from 'vitest';
import { duration } from '../../../src/cli/flags/flag-values.ts';

test.each([
  ['30', 30_000],
  ['1.5', 1500],
  ['300ms', 300],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['1h30m', 5_400_000],
  ['1m30s', 90_000],
  ['1h2m3s4ms', 3_723_004],
  ['0.2ms', 1],
])('%s is %i milliseconds', (text, milliseconds) => {
  expect(duration(text)).toBe(milliseconds);
});

test.each(['', '0', '0s', '-5s', 'soon', '1h30', '1h 30m', '5 m', '1.s', '.5s', '1d', '1h30x', 's', '600h'])(
  '%j is no duration',
  (text) => {
    expect(() => duration(text)).toThrow(InvalidArgumentError);
  },
);
