/** Throws at four bytes that nobody would come upon by chance. Each step towards them is a block of its own. */
export function planted(input: Uint8Array): void {
  if (input[0] !== 0x46) return;
  if (input[1] !== 0x55) return;
  if (input[2] !== 0x5a) return;
  if (input[3] !== 0x5a) return;
  throw new Error('planted');
}
