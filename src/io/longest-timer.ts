/** The longest delay that a Node timer accepts, in milliseconds: 2^31 - 1. */
export const longestTimer = 2_147_483_647;
