/** How a package of a team can differ between two inventories, in the order in which it is shown, in words for people. */
export const diffChanges = {
  added: 'added',
  removed: 'removed',
  upgraded: 'upgraded',
  downgraded: 'downgraded',
  rebuilt: 'rebuilt',
  unknown: 'not known',
} as const;
