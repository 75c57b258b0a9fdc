/**
 * Where an option of a kind stands among those from p to end, as RFC 791 3.1 and RFC 9293 3.2 write them; 0: it does not.
 * Its length, kind and length included, is b[at + 1] and does not run past the end. What is malformed ends the list.
 */
export function optionAt(b: Uint8Array, p: number, end: number, kind: number): number {
  while (p < end && b[p]) {
    if (b[p] === 1) p++
    else {
      const n = p + 1 < end ? b[p + 1] : 0
      if (n < 2 || p + n > end) return 0
      if (b[p] === kind) return p
      p += n
    }
  }
  return 0
}
