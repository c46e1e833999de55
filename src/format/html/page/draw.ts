import { counted, make } from './data.ts';
import type { Bar, Picture } from './pictures.ts';

/** Bars per picture; the others are counted. */
const shownBars = 8;

/** In CSS pixels. */
const [barHeight, lineHeight, valueWidth, characterWidth] = [14, 24, 64, 7.5];

/** Draws bar charts with names and numbers as text: what is seen can also be read. */
export function drawPictures(place: HTMLElement, pictures: readonly Picture[]): void {
  const figures = pictures.map(({ title, bars }) => {
    const rest = bars.length - shownBars;
    const more =
      rest > 0
        ? [make('p', {}, `and ${counted(rest, 'more', 'more')}, none with more than ${bars[shownBars]?.value.toLocaleString('en')}`)]
        : [];
    return make('figure', {}, make('figcaption', {}, title), ...more);
  });
  place.hidden = figures.length === 0;
  place.replaceChildren(...figures);
  for (const [index, { title, bars }] of pictures.entries()) {
    const caption = figures[index]?.children[0] as HTMLElement;
    caption.after(barsOf(title, bars.slice(0, shownBars), caption.clientWidth));
  }
}

function barsOf(title: string, bars: readonly Bar[], width: number): SVGElement {
  const height = bars.length * lineHeight;
  // The view box lets it shrink on paper.
  const size = { width, height, viewBox: `0 0 ${width} ${height}` };
  const image = svg('svg', { role: 'img', 'aria-label': titleOf(title, bars), ...size });
  const nameWidth = Math.min(width * 0.45, Math.max(...bars.map(({ name }) => name.length)) * characterWidth + 12);
  const greatest = Math.max(1, ...bars.map(({ value }) => value));
  bars.forEach(({ name, value }, index) => {
    const middle = index * lineHeight + lineHeight / 2;
    const length = Math.max(2, ((width - nameWidth - valueWidth) * value) / greatest);
    const label = svg(
      'text',
      { x: nameWidth - 8, y: middle, 'text-anchor': 'end', 'dominant-baseline': 'central' },
      shortened(name, nameWidth - 8),
    );
    label.append(svg('title', {}, name));
    image.append(label);
    image.append(svg('rect', { x: nameWidth, y: middle - barHeight / 2, width: length, height: barHeight, rx: 2 }));
    const number = value.toLocaleString('en');
    image.append(svg('text', { class: 'value', x: nameWidth + length + 6, y: middle, 'dominant-baseline': 'central' }, number));
  });
  return image;
}

const titleOf = (title: string, bars: readonly Bar[]) =>
  `${title}: ${bars.map(({ name, value }) => `${name.slice(0, 100)} ${value}`).join(', ')}`;

function shortened(name: string, width: number): string {
  const most = Math.floor(width / characterWidth);
  return name.length <= most ? name : `${name.slice(0, most - 1)}…`;
}

function svg(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const element = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  if (text !== '') element.textContent = text;
  return element;
}
