import type { Container } from '../../model/container.ts';
import type { Inventory } from '../../model/inventory.ts';
import { isGone, isRead } from '../../model/missed.ts';
import { type Answer, containerFilter } from '../question/asked.ts';
import type { Question } from '../question/question.ts';
import { placeKeys } from './parts.ts';

/** The part of two inventories that was asked for. */
export interface AskedOfBoth {
  readonly before: AskedSide;
  readonly after: AskedSide;
  /** Whether a place, by its key, was asked for. For the others left here that is not known. */
  readonly isCertain: (key: string) => boolean;
}

export interface AskedSide {
  readonly inventory: Inventory;
  /** How many of its containers were read but may not have been asked for. */
  readonly unclear: number;
}

/**
 * The containers of both inventories in the places asked for. A place is asked for if one of its containers is, on either side: what got
 * another team, image or system in between is compared as a whole, so that nothing seems to come or go.
 */
export function askedOfBoth(older: Inventory, newer: Inventory, question: Question): AskedOfBoth {
  const [before, after] = [answersOn(older, question), answersOn(newer, question)];
  // Computing the place keys of a large fleet takes time.
  const isAll = [before, after].every((answers) => answers.every((answer) => answer === 'yes'));
  return isAll ? wholeOf(older, newer) : placesAsked(keyed(older, before), keyed(newer, after));
}

const answersOn = (inventory: Inventory, question: Question) => inventory.containers.map(containerFilter(inventory, question));

const wholeOf = (older: Inventory, newer: Inventory): AskedOfBoth => ({
  before: { inventory: older, unclear: 0 },
  after: { inventory: newer, unclear: 0 },
  isCertain: () => true,
});

interface Keyed {
  readonly inventory: Inventory;
  readonly answered: readonly Answered[];
}

interface Answered {
  readonly container: Container;
  readonly answer: Answer;
  /** Of its place. */
  readonly key: string;
}

function keyed(inventory: Inventory, answers: readonly Answer[]): Keyed {
  const keyOf = placeKeys(inventory);
  const { containers } = inventory;
  return {
    inventory,
    answered: containers.map((container, index) => ({ container, answer: answers[index] as Answer, key: keyOf(container) })),
  };
}

function placesAsked(before: Keyed, after: Keyed): AskedOfBoth {
  const both = [...before.answered, ...after.answered];
  const certain = placesOf(both.filter(({ answer }) => answer === 'yes'));
  // Ended containers need not be read: whether they were asked for does not matter.
  const possible = placesOf(both.filter(({ answer, container }) => answer === 'maybe' && !isGone(container.scan)));
  const sideOf = ({ inventory, answered }: Keyed): AskedSide => {
    const side = answered.filter(({ key }) => certain.has(key) || possible.has(key));
    const unclear = side.filter(({ answer, container, key }) => answer === 'maybe' && isRead(container.scan) && !certain.has(key));
    return { inventory: { ...inventory, containers: side.map(({ container }) => container) }, unclear: unclear.length };
  };
  return { before: sideOf(before), after: sideOf(after), isCertain: (key) => certain.has(key) };
}

const placesOf = (answered: readonly Answered[]) => new Set(answered.map(({ key }) => key));
