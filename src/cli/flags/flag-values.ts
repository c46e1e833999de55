import { InvalidArgumentError } from 'commander';
import { longestTimer } from '../../io/longest-timer.ts';

/** Reads a flag that may be given more than once. */
export const repeatable = (value: string, previous: string[] = []) => [...previous, value];

/** Reads a repeatable flag with a fixed set of values: commander checks none where there is a parser. */
export function choiceOf(choices: readonly string[]): typeof repeatable {
  return (value, previous) => {
    if (!choices.includes(value)) throw new InvalidArgumentError(`Allowed choices are ${choices.join(', ')}.`);
    return repeatable(value, previous);
  };
}

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return number;
}

const millisecondsOf = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

/** As in Go, and so in kubectl and docker: 90s, 1.5h, 1h30m. A bare number is seconds. */
export function duration(value: string): number {
  const text = /^[\d.]+$/.test(value) ? `${value}s` : value;
  const isDuration = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text);
  const parts = [...text.matchAll(/([\d.]+)(ms|s|m|h)/g)];
  const sum = parts.reduce((total, [, number, unit]) => total + Number(number) * millisecondsOf[unit as keyof typeof millisecondsOf], 0);
  // Whole ones: Node's timers take no others.
  const milliseconds = Math.ceil(sum);
  if (!isDuration || milliseconds === 0 || milliseconds > longestTimer)
    throw new InvalidArgumentError('It must be a duration such as 30s, 5m or 1h30m.');
  return milliseconds;
}
