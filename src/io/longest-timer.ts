/** The longest time that a timer of Node takes, in milliseconds: 2^31 - 1. */
export const longestTimer = 2_147_483_647;
