/** The longest time between two looks of an agent, or two of its snapshots: a day, in milliseconds. */
export const longestPause = 86_400_000;
