// Large tables.
import { join } from 'node:path';
import { formatAlone } from '../format-alone.mjs';
import { largeInventory } from '../large-inventory.mjs';
import { output, program, time } from '../measure.mjs';

const rows = 40_000;
const teams = 12;

/** Every package is in one container of each team. */
const fleet = { containers: teams, teams, sets: 1, setSize: rows, packages: rows };

export const tableLines = [
  {
    id: 'table-large',
    what: 'a table of 40,000 rows with 12 teams each, into a file',
    other: 'the same rows as CSV',
    limit: { ratio: 3 },
    open: (work) => {
      const inventory = largeInventory(work, fleet);
      const report = (format) =>
        time(process.execPath, [program, 'report', '-q', '--from', inventory, '-o', `${format}=${join(work, format)}`]);
      return { own: () => report('table'), other: () => report('csv') };
    },
  },
  ...['csv', 'ndjson'].map((id) => ({
    id: `${id}-large`,
    what: `100,000 rows as ${id}, without the start of Node`,
    other: 'JSON.stringify of their cells',
    limit: { ratio: id === 'csv' ? 5 : 6 },
    open: (work) => {
      const printing = (format) => () => Number(output(process.execPath, formatAlone(work, format, 100_000)));
      return { own: printing(id), other: printing('plain') };
    },
  })),
];
