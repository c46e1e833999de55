/** What the view coverage can say about containers, in its order, in words for people. */
export const coverageFindings = {
  read: 'read',
  partial: 'read in part',
  'no-database': 'without a package database',
  unread: 'not read',
  changed: 'changed since the image',
  'team-from': 'team from',
  unowned: 'without a team',
  unknown: 'team not known',
  conflict: 'named differently',
  undecided: 'Services disagree',
} as const;
