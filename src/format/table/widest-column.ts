/**
 * A table column is made no wider than this: a single name of a megabyte in some container would make every row as long. Longer text sticks
 * out of its column, uncut.
 */
export const widestColumn = 1000;
