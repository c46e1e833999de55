/** The longest from one look of an agent, or one snapshot of it, to the next: a day, in milliseconds. */
export const longestPause = 86_400_000;
