/**
 * A column of a table is made no wider than this: a single name of a megabyte, in some container, would make every row of the table as long.
 * What is longer stands out of its column, whole.
 */
export const widestColumn = 1000;
