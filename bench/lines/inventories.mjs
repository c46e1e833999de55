// Inventories of large fleets, read back.
import { join } from 'node:path';
import { largeInventory } from '../large-inventory.mjs';
import { megabytesOf, program, time } from '../measure.mjs';

/** Of a fleet of that size; as many package sets and packages as such a fleet has. */
const fleetOf = (containers) => ({ containers, teams: 300, sets: Math.ceil(containers / 30), setSize: 250, packages: 60_000 });

const large = { ...fleetOf(150_000), sets: 5000 };
const double = { ...large, containers: 2 * large.containers };

const csvOf = (work, inventory) => [program, 'report', '-q', '--from', inventory, '-o', `csv=${join(work, 'csv')}`];
const timeCsv = (work, inventory) => () => time(process.execPath, csvOf(work, inventory));

/** All views one after another: each walks through containers and package sets, and not through the packages of each container. */
const timeViews = (work, inventory) => () =>
  ['matrix', 'teams', 'containers', 'spread', 'coverage'].reduce(
    (sum, view) => sum + time(process.execPath, [...csvOf(work, inventory), view]),
    0,
  );

const parseAlone = 'reading the file and JSON.parse alone';
const timeParse = (inventory) => () => time(process.execPath, ['-e', `JSON.parse(fs.readFileSync(${JSON.stringify(inventory)}, 'utf8'))`]);

function openAgainstParse(work, fleet) {
  const inventory = largeInventory(work, fleet);
  return { own: timeCsv(work, inventory), other: timeParse(inventory), megabytes: () => megabytesOf(csvOf(work, inventory)) };
}

function openDiff(work) {
  const fleet = fleetOf(20_000);
  const [before, after] = [fleet, { ...fleet, changed: 100 }].map((each) => largeInventory(work, each));
  const diff = [program, 'diff', '-q', before, after, '-o', `csv=${join(work, 'csv')}`];
  return { own: () => time(process.execPath, diff), other: () => timeParse(before)() + timeParse(after)() };
}

export const inventoryLines = [
  ...[1000, 10_000, 100_000].map((containers) => ({
    id: `inventory-${containers / 1000}k`,
    what: `\`report --from\` as CSV, ${containers.toLocaleString('en')} containers`,
    other: parseAlone,
    runs: containers < 100_000 ? 5 : 3,
    open: (work) => openAgainstParse(work, fleetOf(containers)),
  })),
  {
    id: 'inventory-large',
    what: '`report --from` as CSV, 150,000 containers, 5,000 package sets of 250 out of 60,000 packages, 300 teams',
    other: parseAlone,
    limit: { ratio: 2.5, megabytes: 700 },
    runs: 3,
    open: (work) => openAgainstParse(work, large),
  },
  {
    id: 'inventory-double',
    what: 'the same of 300,000 containers',
    other: 'of 150,000 containers',
    limit: { ratio: 2.2 },
    runs: 3,
    open: (work) => {
      const [own, other] = [double, large].map((fleet) => timeCsv(work, largeInventory(work, fleet)));
      return { own, other };
    },
  },
  {
    id: 'inventory-diff',
    what: '`diff` of 20,000 containers, 100 of which have other packages, as CSV',
    other: 'reading both files and JSON.parse alone',
    limit: { ratio: 4 },
    runs: 5,
    open: openDiff,
  },
  {
    id: 'inventory-views',
    what: 'the other views of 20,000 containers, one after another',
    other: 'of 10,000 containers',
    limit: { ratio: 2.2 },
    runs: 3,
    open: (work) => {
      const [own, other] = [20_000, 10_000].map((containers) => timeViews(work, largeInventory(work, fleetOf(containers))));
      return { own, other };
    },
  },
];
