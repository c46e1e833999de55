/** One cell of the table: a list holds positions in `names`, where each name is stored once. */
export type Cell = string | number | readonly number[];

export interface Column {
  /** Null for a column that exists once per team. */
  readonly id: string | null;
  readonly title: string;
  /** Its cells are numbers, or empty if a number is not known. */
  readonly isNumber?: true;
  readonly oneOf?: 'teams';
  /** For a team of which nothing was read: its cells say so, and are not versions. */
  readonly isUnread?: true;
}

/** The report, as src/format/html.ts writes it into the page. */
export interface Data {
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  readonly names: readonly string[];
}

export function readData(): Data {
  return JSON.parse(elementOf('data').textContent ?? '');
}

/** An element that src/format/html.ts has put into the page. */
export function elementOf<Kind extends HTMLElement>(id: string): Kind {
  return document.getElementById(id) as Kind;
}

/** Makes an element. Text from outside goes into it as text, never as HTML. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

export function listOf(cell: Cell, { names }: Data): readonly string[] {
  return typeof cell === 'object' ? cell.map((position) => names[position] as string) : [String(cell)];
}

export const counted = (number: number, one: string, many = `${one}s`) => `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
