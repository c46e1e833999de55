// npm run bench: times the built program against a second way to the same answer, in the same run, and prints the medians
// and their ratios. It needs a Docker Engine (DOCKER_HOST) on which it may start containers of its own.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { debianImage, removeContainers, startContainers } from './fleet.mjs';
import { medians, time } from './measure.mjs';

const runs = 7;
const containers = 20;
const report = ['dist/supercargo.js', 'report', '--source', 'docker', '--quiet', '--allow-incomplete'];

function machine() {
  const engine = execFileSync('docker', ['version', '--format', '{{.Server.Version}}'], { encoding: 'utf8' }).trim();
  return `${cpus().length} × ${cpus()[0]?.model}, Node ${process.version}, Docker ${engine}, medians of ${runs} runs`;
}

function printTable(rows) {
  console.log(`${machine()}\n\n| what | supercargo | the other way | ratio |\n| --- | --- | --- | --- |`);
  for (const { what, own, other, name } of rows) {
    console.log(`| ${what} | ${own.toFixed(0)} ms | ${other.toFixed(0)} ms, ${name} | ${(own / other).toFixed(2)} |`);
  }
}

/** One `docker exec` after another, as Lumogon and many scripts do. */
function execInAll(ids) {
  return ids.reduce((sum, id) => sum + time('docker', ['exec', id, 'dpkg-query', '-W']), 0);
}

const ids = startContainers(debianImage(), containers);
try {
  const [own, other] = medians([() => time(process.execPath, report), () => execInAll(ids)], runs);
  printTable([{ what: `report of ${containers} containers of one image`, own, other, name: `${containers} × docker exec dpkg-query` }]);
} finally {
  removeContainers(ids);
}
