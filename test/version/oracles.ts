import { spawnSync } from 'node:child_process';
import type { OwnOrder } from './own-orders.ts';

export type VersionPair = readonly [a: string, b: string];

/** A package tool of this machine that says how versions order. */
export interface Oracle {
  readonly tool: string;
  readonly command: readonly [string, ...string[]];
  /** A pair that only a tool that will do orders as `answer` says. */
  readonly probe: VersionPair;
  readonly answer: number;
}

function shellLoop(body: string): [string, string, string] {
  return ['sh', '-c', `while IFS="$(printf '\\t')" read -r a b; do ${body}; done`];
}

/** Each command reads pairs, one a line with a tab between, and prints -1, 0 or 1 for each. */
export const oracles: Record<OwnOrder, Oracle> = {
  alpm: {
    tool: 'vercmp of pacman',
    command: shellLoop('vercmp "$a" "$b"'),
    probe: ['1.0rc1-1', '1.0-1'],
    answer: -1,
  },
  apk: {
    tool: 'apk-tools 3',
    command: shellLoop('case "$(apk version -t "$a" "$b")" in "<") echo -1;; "=") echo 0;; ">") echo 1;; *) echo failed;; esac'),
    probe: ['1.00', '1.0'],
    answer: 1,
  },
  deb: {
    tool: 'dpkg',
    command: shellLoop(
      'if dpkg --compare-versions "$a" lt "$b"; then echo -1; elif dpkg --compare-versions "$a" eq "$b"; then echo 0; ' +
        'elif dpkg --compare-versions "$a" gt "$b"; then echo 1; else echo failed; fi',
    ),
    probe: ['1~', '1'],
    answer: -1,
  },
  rpm: {
    tool: 'rpm with rpm.vercmp for whole versions',
    command: [
      'rpm',
      '--eval',
      '%{lua: for line in io.lines() do local a, b = line:match("^([^\\t]*)\\t(.*)$") print(rpm.vercmp(a, b) .. "\\n") end}',
    ],
    probe: ['1:1-1', '2-1'],
    answer: 1,
  },
};

/** What the tool says of each pair. */
export function askOracle({ command: [program, ...args] }: Oracle, pairs: readonly VersionPair[]): number[] {
  const input = pairs.map((pair) => `${pair.join('\t')}\n`).join('');
  const { stdout } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
}

export function isOracleThere(oracle: Oracle): boolean {
  return askOracle(oracle, [oracle.probe])[0] === oracle.answer;
}
