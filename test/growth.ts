import { expect } from 'vitest';

/** Four times as much takes four times as long, with a logarithm five times; where time grows with the square, sixteen times. */
const mostGrowth = 8;

/** What takes the processor less than this, in milliseconds, says nothing of how it grows. */
const leastMilliseconds = 40;

/** So long it is measured again, and the shortest times count: something else may have had the processor, or memory was cleared away. */
const patienceMilliseconds = 4000;

/** For tests of it: by the clock, a busy machine takes any time. */
export const patient = { timeout: 600_000 };

/** That what is done with four times as much does not take the processor more than some four times as long. */
export async function expectLinear<Input>(makeInput: (size: number) => Input, run: (input: Input) => unknown, size: number): Promise<void> {
  const [some, more] = [makeInput(size), makeInput(4 * size)];
  // What is run for the first time is compiled.
  await run(some);
  let [short, long, spent] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
  while (spent < patienceMilliseconds) {
    const times = [await timeOf(run, some), await timeOf(run, more)] as const;
    [short, long, spent] = [Math.min(short, times[0]), Math.min(long, times[1]), spent + times[0] + times[1]];
    if (long < leastMilliseconds || long < mostGrowth * short) return;
  }
  expect.fail(`Four times as much takes ${(long / short).toFixed(1)} times as long: ${short.toFixed(1)} ms, then ${long.toFixed(1)} ms`);
}

/** Of the processor, in milliseconds: others that use it do not count. */
async function timeOf<Input>(run: (input: Input) => unknown, input: Input): Promise<number> {
  const start = process.cpuUsage();
  await run(input);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
