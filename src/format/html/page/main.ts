import { createControls, createHeadings } from './controls.ts';
import { counted, elementOf, readData } from './data.ts';
import { showDetail } from './detail.ts';
import { drawPictures } from './draw.ts';
import { createFinder, type Wanted } from './find.ts';
import { picturesOf } from './pictures.ts';
import { createSorter, type Order } from './sort.ts';
import { createTable } from './table.ts';

/** Rows printed at most: a hundred pages or more. */
const mostPrinted = 5000;

/** Pictures are redrawn after this long without typing, in milliseconds. */
const pictureDelay = 150;

const data = readData();
const [find, sort] = [createFinder(data), createSorter(data)];
const table = createTable(data, (row) => showDetail(row, data));

let wanted: Wanted = { words: [], choices: new Map() };
let order: Order | null = null;
let found: number[] = [];
let timer = 0;

function update(): void {
  found = find(wanted);
  table.show(sort(found, order));
  elementOf('count').textContent =
    found.length === data.rows.length
      ? counted(found.length, 'row')
      : `${found.length.toLocaleString('en')} of ${counted(data.rows.length, 'row')}`;
  elementOf('nothing').hidden = found.length > 0;
}

const draw = () => drawPictures(elementOf('pictures'), picturesOf(data, found));

function drawLater(): void {
  clearTimeout(timer);
  timer = setTimeout(draw, pictureDelay);
}

createControls(data, (newlyWanted) => {
  wanted = newlyWanted;
  update();
  drawLater();
});
createHeadings(data, (newOrder) => {
  order = newOrder;
  update();
});
window.addEventListener('resize', drawLater);
window.addEventListener('beforeprint', () => {
  const printed = table.layOut(mostPrinted);
  const isAll = printed === found.length;
  elementOf('printed').textContent = isAll
    ? `${counted(printed, 'row')}.`
    : `The first ${printed.toLocaleString('en')} of ${counted(found.length, 'row')}: paper has no room for more. A search leaves fewer.`;
});
window.addEventListener('afterprint', () => table.putBack());
elementOf('working').hidden = false;
update();
draw();
