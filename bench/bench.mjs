// npm run bench [-- NAME…] [--no-limits]: measures the built program against a second way to the same answer, in the same run,
// and prints one Markdown table. A line that is not within its limit makes the exit code 1.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { allLines } from './lines.mjs';
import { medians, time } from './measure.mjs';

const defaultRuns = 7;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { 'no-limits': { type: 'boolean', default: false } } });

/** The lines asked for: a name is that of a line, or what stands before its first hyphen. */
function linesOf(names) {
  for (const name of names)
    if (!allLines.some((line) => isNamed(line, name))) throw new Error(`There is no line ${name}: see bench/README.md.`);
  return names.length === 0 ? allLines : allLines.filter((line) => names.some((name) => isNamed(line, name)));
}

const isNamed = ({ id }, name) => id === name || id.startsWith(`${name}-`);

function machine() {
  const engine = orNull(() => execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8', stdio: 'pipe' }));
  const [empty, list] = medians(
    [() => time(process.execPath, ['-e', '0']), () => (engine === null ? 0 : time('docker', ['ps', '-q']))],
    defaultRuns,
  );
  return [
    `${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}`,
    engine === null ? 'no Docker' : `Docker ${engine}`,
    `medians; \`node -e 0\` takes ${empty.toFixed(0)} ms${engine === null ? '' : `, \`docker ps\` ${list.toFixed(0)} ms`}`,
  ].join(', ');
}

function orNull(act) {
  try {
    return act().trim();
  } catch {
    return null;
  }
}

async function measure(line, work) {
  const { own, other, megabytes, close } = await line.open(work);
  try {
    const [ownTime, otherTime] = medians([own, other], line.runs ?? defaultRuns);
    return { ownTime, otherTime, ratio: ownTime / otherTime, memory: megabytes ? megabytes() : null };
  } finally {
    close?.();
  }
}

/** Whether a line is within its limits; null where it has none. */
function holds({ limit }, { ownTime, ratio, memory }) {
  if (limit === undefined) return null;
  const isWithin = (figure, most) => most === undefined || figure <= most;
  return isWithin(ratio, limit.ratio) && isWithin(ownTime, limit.milliseconds) && isWithin(memory, limit.megabytes);
}

function rowOf(line, figures) {
  const { ownTime, otherTime, ratio, memory } = figures;
  const { limit } = line;
  const good = holds(line, figures);
  return [
    line.id,
    line.what,
    `${duration(ownTime)}${limit?.milliseconds === undefined ? '' : ` of ${duration(limit.milliseconds)}`}`,
    `${duration(otherTime)}: ${line.other}`,
    ratio.toFixed(2),
    limit?.ratio?.toFixed(2) ?? '',
    memory === null ? '' : `${memory.toFixed(0)} MB${limit?.megabytes === undefined ? '' : ` of ${limit.megabytes}`}`,
    good === null ? '' : good ? 'yes' : 'NO',
  ];
}

const duration = (milliseconds) => (milliseconds < 10 ? `${milliseconds.toFixed(1)} ms` : `${milliseconds.toFixed(0)} ms`);

const printRow = (cells) => console.log(`| ${cells.join(' | ')} |`);

const lines = linesOf(positionals);
execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: ['ignore', 'ignore', 'inherit'] });
console.log(`${machine()}\n`);
printRow(['line', 'what', 'supercargo', 'the other way', 'ratio', 'limit', 'memory', 'holds']);
printRow(Array(8).fill('---'));
const work = mkdtempSync(join(tmpdir(), 'supercargo-bench-'));
try {
  for (const line of lines) {
    const figures = await measure(line, work);
    printRow(rowOf(line, figures));
    if (!values['no-limits'] && holds(line, figures) === false) process.exitCode = 1;
  }
} finally {
  rmSync(work, { recursive: true });
}
